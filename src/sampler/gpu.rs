//! Graphics cards on Linux, as far as their drivers tell something in `/sys/class/drm`: those of AMD how busy they are, their memory and their
//! temperature (Documentation/gpu/amdgpu/thermal.rst and driver-misc.rst of the kernel), others their temperature at most. Not available elsewhere.

use std::path::Path;

use super::snapshot::GpuUse;

/// Where the kernel lists them.
pub const FOLDER: &str = "/sys/class/drm";

/// The cards in `folder` that tell anything, by name. A driver may take long to answer.
pub fn read(folder: &Path) -> Vec<GpuUse> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let cards = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok().filter(|name| is_card(name))?;
        let device = entry.path().join("device");
        let memory = |which: &str| number(&device.join(which)).and_then(|bytes| u64::try_from(bytes).ok());
        let card = GpuUse {
            busy_percent: number(&device.join("gpu_busy_percent")).map(|percent| percent.clamp(0, 100) as f32),
            memory_used: memory("mem_info_vram_used"),
            memory_total: memory("mem_info_vram_total"),
            celsius: temperature(&device),
            name,
        };
        (card != GpuUse { name: card.name.clone(), ..GpuUse::default() }).then_some(card)
    });
    let mut cards: Vec<GpuUse> = cards.collect();
    cards.sort_by(|a, b| a.name.cmp(&b.name));
    cards
}

/// `card0`, but not its connector `card0-DP-1`.
fn is_card(name: &str) -> bool {
    name.strip_prefix("card").is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The first sensor of the card; told in thousandths.
fn temperature(device: &Path) -> Option<f32> {
    let sensors = std::fs::read_dir(device.join("hwmon")).ok()?.flatten();
    sensors.filter_map(|sensor| number(&sensor.path().join("temp1_input"))).map(|thousandths| thousandths as f32 / 1000.0).next()
}

fn number(file: &Path) -> Option<i64> {
    std::fs::read_to_string(file).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{GpuUse, read};

    #[test]
    fn cards_are_listed_with_what_their_drivers_tell() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("card1/device/gpu_busy_percent", "37\n");
        write("card1/device/mem_info_vram_used", "1073741824\n");
        write("card1/device/mem_info_vram_total", "8573157376\n");
        write("card1/device/hwmon/hwmon3/temp1_input", "54000\n");
        write("card1-DP-1/device/gpu_busy_percent", "99\n");
        write("card0/device/vendor", "0x1234\n");
        write("renderD128/device/gpu_busy_percent", "99\n");
        let expected = GpuUse {
            name: "card1".into(),
            busy_percent: Some(37.0),
            memory_used: Some(1 << 30),
            memory_total: Some(8_573_157_376),
            celsius: Some(54.0),
        };
        assert_eq!(read(folder.path()), [expected]);
        assert_eq!(read(&folder.path().join("missing")), []);
    }
}
