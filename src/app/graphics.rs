//! What the window is drawn with, and what is tried when that does not start.

use eframe::egui_wgpu::{WgpuConfiguration, WgpuSetup, WgpuSetupCreateNew};

use crate::jobs::Failure;
use crate::settings::Renderer;

/// The ways to try, in their order. One that was typed is the only one, so that it can be tried by itself; one that was set
/// comes first.
pub fn order(typed: Option<Renderer>, set: Renderer) -> Vec<eframe::Renderer> {
    use eframe::Renderer::{Glow, Wgpu};
    match (typed, set) {
        (Some(Renderer::Wgpu), _) => vec![Wgpu],
        (Some(Renderer::Glow), _) => vec![Glow],
        (None, Renderer::Wgpu) => vec![Wgpu, Glow],
        (None, Renderer::Glow) => vec![Glow, Wgpu],
        // Over Remote Desktop and without a driver Windows has OpenGL 1.1, which is too old, while Direct3D 12 draws there by itself.
        _ if cfg!(windows) => vec![Wgpu, Glow],
        // Elsewhere OpenGL is the frugal one where there is no graphics card: at rest it takes a seventh of the processor.
        _ => vec![Glow, Wgpu],
    }
}

/// Its name for a person.
pub const fn name(renderer: eframe::Renderer) -> &'static str {
    match renderer {
        eframe::Renderer::Glow => "OpenGL",
        eframe::Renderer::Wgpu if cfg!(windows) => "Direct3D 12 or Vulkan",
        eframe::Renderer::Wgpu if cfg!(target_os = "macos") => "Metal",
        eframe::Renderer::Wgpu => "Vulkan",
    }
}

/// Plain drawing asks for little: the frugal one of two graphics cards, and no reserves of memory.
pub fn wgpu_options() -> WgpuConfiguration {
    let mut setup = WgpuSetupCreateNew::without_display_handle();
    // Not OpenGL, which is the other way to draw.
    setup.instance_descriptor.backends = wgpu::Backends::from_env().unwrap_or(wgpu::Backends::PRIMARY);
    setup.power_preference = wgpu::PowerPreference::from_env().unwrap_or(wgpu::PowerPreference::LowPower);
    let usual = setup.device_descriptor;
    setup.device_descriptor = std::sync::Arc::new(move |adapter| wgpu::DeviceDescriptor {
        memory_hints: wgpu::MemoryHints::MemoryUsage,
        ..usual(adapter)
    });
    WgpuConfiguration { wgpu_setup: WgpuSetup::CreateNew(setup), ..WgpuConfiguration::default() }
}

/// Nothing has drawn a window; `reasons` are what was tried and how it ended.
pub fn no_window(reasons: &[(eframe::Renderer, String)]) -> Failure {
    let no_screen = !cfg!(windows) && !cfg!(target_os = "macos") && ["DISPLAY", "WAYLAND_DISPLAY"].iter().all(|name| missing(name));
    if no_screen {
        return Failure::new(
            "The window could not be opened: there is no screen (neither DISPLAY nor WAYLAND_DISPLAY is set).",
            "Start Tachograph in a desktop session; the commands of “tachograph --help” work without a window.",
        );
    }
    let tried: Vec<String> = reasons.iter().map(|(renderer, reason)| format!("{} ({})", name(*renderer), brief(reason))).collect();
    Failure::new(format!("The window could not be opened: nothing draws it. Tried: {}.", tried.join("; ")), next_step())
}

/// The first words of a library's reason, without the contents of its structures.
fn brief(reason: &str) -> String {
    const LONGEST: usize = 120;
    let words = reason.split(['{', '\n']).next().unwrap_or_default().trim_end_matches([' ', ':', '.']);
    words.chars().take(LONGEST).collect()
}

fn missing(variable: &str) -> bool {
    std::env::var_os(variable).is_none_or(|value| value.is_empty())
}

fn next_step() -> &'static str {
    if cfg!(windows) {
        "Install the graphics driver of this computer’s maker, or all updates of Windows, and start Tachograph again. \
         The commands of “tachograph --help” work without a window."
    } else {
        "Install a graphics driver; on Debian and Ubuntu “sudo apt install libgl1 libegl1 libgl1-mesa-dri mesa-vulkan-drivers libxkbcommon-x11-0” \
         brings all that is needed, even without a graphics card. The commands of “tachograph --help” work without a window."
    }
}

#[cfg(test)]
mod tests {
    use super::{Renderer, brief, order};
    use eframe::Renderer::{Glow, Wgpu};

    #[test]
    fn reasons_are_brief() {
        assert_eq!(
            brief("Failed to create surface for any enabled backend: {}"),
            "Failed to create surface for any enabled backend"
        );
        assert_eq!(brief("No config matches: Template { red: 8,\n green: 8 }."), "No config matches: Template");
        assert_eq!(brief(&"x".repeat(500)).len(), 120);
    }

    #[test]
    fn what_was_typed_stands_alone_and_what_was_set_comes_first() {
        assert_eq!(order(Some(Renderer::Wgpu), Renderer::Glow), [Wgpu]);
        assert_eq!(order(Some(Renderer::Glow), Renderer::Auto), [Glow]);
        assert_eq!(order(None, Renderer::Wgpu), [Wgpu, Glow]);
        assert_eq!(order(None, Renderer::Glow), [Glow, Wgpu]);
        assert_eq!(order(Some(Renderer::Auto), Renderer::Glow), order(None, Renderer::Auto));
        assert_eq!(order(None, Renderer::Auto).len(), 2);
    }
}
