//! The Python that has pandas, polars, DuckDB, PyArrow and openpyxl, for tests that ask them.

use std::path::{Path, PathBuf};

/// The one that `packaging/test-python.sh` has made, or that `TACHOGRAPH_PYTHON` names; says so where there is none.
pub fn python() -> Option<PathBuf> {
    let named = std::env::var_os("TACHOGRAPH_PYTHON").map(PathBuf::from);
    let made = std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache/tachograph-python/bin/python"));
    let found = named.or(made).filter(|python| python.exists());
    if found.is_none() {
        eprintln!("skipped: no Python with the libraries; make one with packaging/test-python.sh");
    }
    found
}
