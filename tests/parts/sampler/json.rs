//! What other programs read.

use super::*;

fn keys(value: &serde_json::Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn has_the_names_that_other_programs_depend_on() {
    let value = serde_json::to_value(&example(1)[0]).unwrap();
    let top = "cpu_per_core cpu_percent disks load memory networks process_count processes self swap temperatures time";
    for name in top.split(' ') {
        assert!(value.get(name).is_some(), "{name}");
    }
    assert_eq!(keys(&value["memory"]), ["available", "total", "used"]);
    assert_eq!(keys(&value["swap"]), ["total", "used"]);
    assert_eq!(keys(&value["disks"][0]), ["available", "mount", "name", "read_per_s", "total", "written_per_s"]);
    assert_eq!(keys(&value["networks"][0]), ["name", "received_per_s", "sent_per_s"]);
    assert_eq!(keys(&value["temperatures"][0]), ["celsius", "name"]);
    for name in ["pid", "name", "cpu_percent", "memory", "threads", "handles"] {
        assert!(value["processes"][0].get(name).is_some(), "{name}");
    }
    for name in ["cpu_percent", "memory", "threads", "handles", "sample_cost_ms"] {
        assert!(value["self"].get(name).is_some(), "{name}");
    }
}

#[test]
fn what_is_not_known_is_null() {
    let mut snapshot = Snapshot::default();
    snapshot.disks.push(Default::default());
    snapshot.processes = Arc::from([Default::default()]);
    let value = serde_json::to_value(&snapshot).unwrap();
    assert_eq!((&value["load"], &value["process_count"]), (&serde_json::Value::Null, &serde_json::Value::Null));
    assert_eq!(value["disks"][0]["read_per_s"], serde_json::Value::Null);
    assert_eq!(value["processes"][0]["threads"], serde_json::Value::Null);
    assert_eq!(value["self"]["handles"], serde_json::Value::Null);
}
