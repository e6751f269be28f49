//! The cache, opened by the first job that needs it: opening looks through its files, which is nothing for the window's thread.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::cache::Cache;
use crate::settings::CacheSettings;

/// One cache for all tabs. Clones share it.
#[derive(Clone)]
pub struct SharedCache(Arc<Inner>);

struct Inner {
    cache: OnceLock<Cache>,
    settings: Mutex<CacheSettings>,
    folder: PathBuf,
}

impl SharedCache {
    /// The cache in `folder`, not opened yet.
    pub fn new(settings: CacheSettings, folder: PathBuf) -> Self {
        Self(Arc::new(Inner { cache: OnceLock::new(), settings: Mutex::new(settings), folder }))
    }

    /// The cache, opened when it is not yet: for jobs only.
    pub fn open(&self) -> &Cache {
        self.0.cache.get_or_init(|| Cache::open(&self.settings(), &self.0.folder))
    }

    /// The cache when a job has opened it: for the window's thread.
    pub fn get(&self) -> Option<&Cache> {
        self.0.cache.get()
    }

    /// Uses other sizes and lifetimes from now on.
    pub fn apply(&self, settings: &CacheSettings) {
        *self.0.settings.lock().unwrap_or_else(PoisonError::into_inner) = settings.clone();
        if let Some(cache) = self.get() {
            cache.apply(settings);
        }
    }

    fn settings(&self) -> CacheSettings {
        self.0.settings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
