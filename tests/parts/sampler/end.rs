//! Ending processes.

use std::process::{Command, Stdio};
use std::time::SystemTime;

use tachograph::jobs::Explain;
use tachograph::sampler::{EndError, Ending, ProcessId, end_process};

fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs()
}

#[test]
fn only_the_process_that_is_meant_is_ended() {
    let mut child = Command::new("sleep").arg("600").stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("sleep is there");
    let meant = ProcessId { pid: child.id(), name: "sleep".into(), started: now() };
    let earlier = ProcessId { started: now() - 3600, ..meant.clone() };
    let gone = Err(EndError::Gone { name: "sleep".into(), pid: meant.pid });
    assert_eq!(end_process(&earlier, Ending::Force), gone, "its number was given to another one");
    assert!(child.try_wait().expect("it can be asked").is_none());
    assert_eq!(end_process(&meant, Ending::Force), Ok(()));
    child.wait().expect("it ends");
    assert_eq!(end_process(&meant, Ending::Ask), gone);
}

#[test]
fn this_program_does_not_end_itself() {
    let own = ProcessId { pid: std::process::id(), name: "test".into(), started: now() };
    let error = end_process(&own, Ending::Force).expect_err("refused");
    assert_eq!(
        (error.to_string().as_str(), error.next_step().as_str()),
        ("this is Tachograph itself", "Close its window instead.")
    );
}
