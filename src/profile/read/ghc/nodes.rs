//! The tree of cost centre stacks, kept flat: no depth is too deep.

use crate::profile::build::{At, Builder, Spot};
use crate::profile::error::ProfileError;
use crate::profile::model::{FrameId, SampleType};

/// A cost centre in its context.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Node {
    /// What it is: a frame, or in the JSON form the number of a cost centre until all of those are known.
    pub(super) centre: i64,
    pub(super) parent: Option<u32>,
    pub(super) ticks: i64,
    pub(super) bytes: i64,
    pub(super) entries: i64,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    nodes: Vec<Node>,
    /// Nanoseconds of a tick.
    pub(super) tick_ns: i64,
}

impl Nodes {
    /// Adds one.
    pub(super) fn push(&mut self, node: Node, builder: &mut Builder<'_>) -> Result<u32, ProfileError> {
        builder.tick()?;
        if self.nodes.len().is_multiple_of(1 << 14) {
            builder.has_room((self.nodes.len() * size_of::<Node>() * 2) as u64)?;
        }
        let row = u32::try_from(self.nodes.len()).map_err(|_| builder.full())?;
        self.nodes.push(node);
        Ok(row)
    }

    pub(super) fn get_mut(&mut self, row: u32) -> Option<&mut Node> {
        self.nodes.get_mut(row as usize)
    }

    /// Adds a sample for each node in which anything was measured. `frame` gives the frame of a cost centre.
    pub(super) fn fill(
        &self,
        builder: &mut Builder<'_>,
        mut frame: impl FnMut(i64, &mut Builder<'_>) -> Result<FrameId, ProfileError>,
    ) -> Result<(), ProfileError> {
        builder.sample_type("time", "nanoseconds")?;
        builder.sample_type("ticks", "count")?;
        builder.sample_type("alloc", "bytes")?;
        builder.sample_type("entries", "count")?;
        for node in self.nodes.iter().filter(|node| (node.ticks, node.bytes, node.entries) != (0, 0, 0)) {
            let mut next = Some(node);
            while let Some(at) = next {
                let frame = frame(at.centre, builder)?;
                builder.push(frame);
                // A parent is always an earlier row.
                next = at.parent.and_then(|parent| self.nodes.get(parent as usize));
            }
            builder.reverse();
            let stack = builder.stack()?;
            let values = [node.ticks.saturating_mul(self.tick_ns), node.ticks, node.bytes, node.entries];
            builder.sample(stack, &values, At::default())?;
        }
        Ok(())
    }
}

/// The frame of a cost centre: `module.label`, with where it stands in the source.
pub(super) fn frame_of(label: &[u8], module: &[u8], place: &[u8], builder: &mut Builder<'_>) -> Result<FrameId, ProfileError> {
    let name = if label == module || module.is_empty() {
        builder.text_bytes(label)?
    } else {
        let mut full = module.to_vec();
        full.push(b'.');
        full.extend_from_slice(label);
        builder.text_bytes(&full)?
    };
    let (file, line) = place_of(place);
    let file = builder.text_bytes(file)?;
    let function = builder.function(name, file, line)?;
    builder.frame(Spot { function, ..Spot::default() })
}

/// File and line of `Main.hs:12:3-9` or `Main.hs:(12,3)-(14,20)`; no file for `<built-in>` and the like.
fn place_of(place: &[u8]) -> (&[u8], u32) {
    if place.starts_with(b"<") {
        return (b"", 0);
    }
    // A drive letter has a colon, too.
    let colon = memchr::memchr_iter(b':', place).find(|&colon| colon > 1);
    let Some((file, rest)) = colon.and_then(|colon| place.split_at_checked(colon)) else { return (place, 0) };
    let digits = rest.iter().skip(1).skip_while(|byte| **byte == b'(').take_while(|byte| byte.is_ascii_digit());
    let line = digits.fold(0_u32, |line, digit| line.saturating_mul(10).saturating_add(u32::from(digit - b'0')));
    (file, line)
}

/// Header: how long a tick is and how long was measured.
pub(super) fn header(tick_ns: i64, total_ticks: i64, builder: &mut Builder<'_>) -> Result<(), ProfileError> {
    let total = tick_ns.saturating_mul(total_ticks);
    builder.profile.duration_ns = u64::try_from(total).ok().filter(|&length| length > 0);
    builder.profile.period = Some(tick_ns).filter(|&tick| tick > 0);
    builder.profile.period_type = Some(SampleType { name: builder.text("time")?, unit: builder.text("nanoseconds")? });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::place_of;

    #[test]
    fn places_in_sources() {
        assert_eq!(place_of(b"Main.hs:12:3-9"), (&b"Main.hs"[..], 12));
        assert_eq!(place_of(b"src/A.hs:(7,1)-(9,30)"), (&b"src/A.hs"[..], 7));
        assert_eq!(place_of(b"C:\\a.hs:3:1"), (&b"C:\\a.hs"[..], 3));
        assert_eq!(place_of(b"<entire-module>"), (&b""[..], 0));
        assert_eq!(place_of(b""), (&b""[..], 0));
    }
}
