//! Opening, recording and looking at a profile.

use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::cache::{About, Cache, Codec, Key, Origin};
use crate::jobs::{Cancel, Failure, JobError, Progress};
use crate::profile::{self, Limits, Profile, ProfileError, codec, record};
use crate::settings::Settings;

use super::{Opened, hash_error, kind, size_of};

/// Grows when a reader fills the tables differently from before; another layout of the stored bytes is told by the bytes themselves.
const VERSION: u32 = 2;
/// Samples for each second of processor time of a recording: not a multiple of the usual timers, so that it does not beat with them.
const RECORD_HERTZ: u32 = 499;

const CODEC: Codec<Profile> = Codec {
    encode: |profile, out| out.write_all(&codec::encode(profile)),
    decode: |bytes| codec::decode(&bytes).map_err(|error| error.to_string()),
    size: |profile| profile.memory_bytes() as u64,
};

/// The bounds on profiles, from the settings.
pub fn profile_limits(settings: &Settings) -> Limits {
    Limits { unpacked_bytes: settings.limits.max_decompressed_bytes(), ..Limits::default() }
}

/// Opens a profile; the same content comes from the cache.
///
/// # Errors
/// When the file is no profile, damaged, or too large, in words for a person; and when cancelled.
pub fn open_profile(
    path: &Path,
    limits: &Limits,
    cache: Option<&Cache>,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Opened<Profile>, JobError> {
    let started = Instant::now();
    progress.operation(kind::OPEN_PROFILE, size_of(path));
    let make = || profile::read::read_file(path, cancel, progress, limits).map_err(explained);
    let Some(cache) = cache else {
        return make().map(|profile| Opened { value: profile.into(), origin: Origin::Made, took: started.elapsed() });
    };
    let hash = cache.hash_file(path, cancel, progress).map_err(hash_error)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let about = About { kind: "profile", description: name.clone().into_owned(), ttl: None };
    // The name is a hint to the format: the same bytes may be folded stacks under one name and nothing under another.
    let key = Key::new(&hash, about.kind, &ending(&name), VERSION);
    let (value, origin) = cache.get_or_make(key, &about, &CODEC, cancel, make)?;
    Ok(Opened { value, origin, took: started.elapsed() })
}

/// Reads a profile that is no file, such as what comes through a pipe; nothing is kept of it. `name` is for messages.
///
/// # Errors
/// As [`open_profile`].
pub fn read_profile(
    source: impl Read,
    name: &str,
    limits: &Limits,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Opened<Profile>, JobError> {
    let started = Instant::now();
    progress.operation(kind::OPEN_PROFILE, None);
    let profile = profile::read::read(source, None, name, cancel, progress, limits).map_err(explained)?;
    Ok(Opened { value: profile.into(), origin: Origin::Made, took: started.elapsed() })
}

/// Records this program itself for so many seconds.
///
/// # Errors
/// When the system does not offer it, when a recording is running already, and when cancelled.
pub fn record_self(seconds: u32, cancel: &Cancel, progress: &Progress) -> Result<Profile, JobError> {
    progress.operation(kind::RECORD_PROFILE, None);
    record::record_self(Duration::from_secs(u64::from(seconds)), RECORD_HERTZ, cancel, progress).map_err(explained)
}

fn ending(name: &str) -> String {
    name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default()
}

fn explained(error: ProfileError) -> JobError {
    match error {
        ProfileError::Cancelled(_) => JobError::Cancelled,
        other => JobError::Failed(Failure::from_error(&other)),
    }
}
