//! `tachograph settings path|show|reset`.

use std::process::ExitCode;

use crate::jobs::Failure;

use super::args::SettingsAction;
use super::{load_settings, out};

/// Carries out the command.
pub fn run(action: &SettingsAction) -> anyhow::Result<ExitCode> {
    let (store, settings) = load_settings()?;
    match action {
        SettingsAction::Path => out::line(&store.settings_path().display().to_string())?,
        SettingsAction::Show => out::line(&ron::ser::to_string_pretty(&settings, ron::ser::PrettyConfig::default())?)?,
        SettingsAction::Reset => {
            store.reset().map_err(|error| Failure::from_error(&error))?;
            super::progress::say("All settings are back to their defaults. Recent files were kept.");
        }
    }
    Ok(ExitCode::SUCCESS)
}
