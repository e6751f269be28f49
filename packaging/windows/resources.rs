//! Cargo's build script: gives the Windows program its icon, version and manifest. Does nothing for other systems.

use std::env;

const ICON: &str = "assets/icon/tachograph.ico";
const MANIFEST: &str = "packaging/windows/tachograph.manifest";

fn main() {
    for file in [ICON, MANIFEST, "packaging/windows/resources.rs"] {
        println!("cargo:rerun-if-changed={file}");
    }
    if env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("windows") {
        return;
    }
    let mut resources = winresource::WindowsResource::new();
    resources
        .set_icon(ICON)
        .set_manifest_file(MANIFEST)
        .set("FileDescription", "Tachograph")
        .set("ProductName", "Tachograph")
        .set("OriginalFilename", "tachograph.exe")
        .set("LegalCopyright", "MIT OR Apache-2.0");
    // Without a resource compiler there is a program all the same, only a plainer one.
    if let Err(error) = resources.compile_for("tachograph") {
        println!("cargo:warning=the program gets no icon, version and manifest: {error}; install the Windows SDK or mingw-w64");
    }
}
