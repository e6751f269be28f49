//! How far a job is, in words.

use crate::jobs::ProgressView;
use crate::report::format;

/// What is known of it: `Reading · 64 % · 8 s left`. Empty where nothing is.
pub fn progress_words(progress: &ProgressView) -> String {
    let phase = Some(progress.phase.clone()).filter(|phase| !phase.is_empty());
    let percent = progress.fraction.map(|fraction| format!("{:.0} %", (fraction * 100.0).floor()));
    [phase, percent, progress.left.map(format::left)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn it_says_only_what_it_knows() {
        let progress = ProgressView { phase: "Reading".into(), fraction: Some(0.649), left: Some(Duration::from_secs(8)) };
        assert_eq!(progress_words(&progress), "Reading · 64 % · 8 s left");
        assert_eq!(progress_words(&ProgressView { phase: String::new(), fraction: None, left: None }), "");
    }
}
