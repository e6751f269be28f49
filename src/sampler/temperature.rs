//! Temperature sensors.

use sysinfo::{Component, Components};

use super::snapshot::Temperature;

/// What the sensors tell now, by name. Sensors that give nothing, or nonsense, are left out; Windows mostly has none.
pub fn read(components: &mut Components) -> Vec<Temperature> {
    components.refresh(true);
    let mut list: Vec<Temperature> = components.iter().filter_map(sensor).collect();
    list.sort_by(|a, b| a.name.cmp(&b.name));
    list
}

fn sensor(component: &Component) -> Option<Temperature> {
    let celsius = component.temperature().filter(|celsius| is_plausible(*celsius))?;
    Some(Temperature { name: component.label().trim().to_owned(), celsius })
}

/// Between liquid nitrogen and molten lead; unconnected sensors like to tell -273 or 65261.
fn is_plausible(celsius: f32) -> bool {
    celsius > -196.0 && celsius < 327.0
}
