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
    assert_eq!(keys(&value["disk_total"]), ["busy_percent", "queue_length", "read_per_s", "written_per_s"]);
    assert_eq!(keys(&value["devices"][0]), ["busy_percent", "name", "queue_length"]);
    assert_eq!(keys(&value["pressure"]), ["cpu", "io", "memory"]);
    assert_eq!(keys(&value["pressure"]["io"]), ["full_avg10", "full_percent", "some_avg10", "some_percent"]);
    let activity = ["context_switches_per_s", "major_faults_per_s", "page_faults_per_s", "swap_in_per_s", "swap_out_per_s"];
    assert_eq!(keys(&value["activity"]), activity);
    for name in ["cpu_name", "cpu_frequency_mhz", "gpus", "processes_age_seconds", "uptime_seconds"] {
        assert!(value.get(name).is_some(), "{name}");
    }
    for name in ["pid", "name", "cpu_percent", "memory", "threads", "handles"] {
        assert!(value["processes"][0].get(name).is_some(), "{name}");
    }
    for name in ["cpu_percent", "memory", "threads", "handles", "sample_cost_ms", "frame_ms"] {
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
    for name in ["handles", "frame_ms"] {
        assert_eq!(value["self"][name], serde_json::Value::Null);
    }
    for name in ["cpu_name", "cpu_frequency_mhz", "processes_age_seconds"] {
        assert_eq!(value[name], serde_json::Value::Null);
    }
    assert_eq!(value["pressure"]["cpu"], serde_json::Value::Null);
    assert_eq!(value["activity"]["page_faults_per_s"], serde_json::Value::Null);
}
