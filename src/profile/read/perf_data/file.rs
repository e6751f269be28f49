//! The outside of a `perf.data` file: its header, what was recorded, and where the records lie
//! (<https://github.com/torvalds/linux/blob/master/tools/perf/Documentation/perf.data-file-format.txt>).

use std::collections::HashMap;

use super::attr::Attr;
use crate::profile::hash::NumberHash;
use crate::profile::read::bytes::Bytes;

pub(super) const LITTLE: &[u8] = b"PERFILE2";
pub(super) const BIG: &[u8] = b"2ELIFREP";

const BUILD_ID: u32 = 2;
const CMDLINE: u32 = 11;
const EVENT_DESC: u32 = 12;

/// What is told of the recording beside its records.
#[derive(Debug, Default)]
pub(super) struct Recording {
    pub(super) is_big: bool,
    pub(super) events: Vec<Attr>,
    /// Row in `events` of each id.
    pub(super) ids: HashMap<u64, usize, NumberHash>,
    /// Build ids by the path of their binary.
    pub(super) build_ids: HashMap<Vec<u8>, Vec<u8>>,
    pub(super) command_line: String,
    /// Where the records begin and end.
    pub(super) records: (usize, usize),
    pub(super) warnings: Vec<&'static str>,
}

impl Recording {
    /// Reads the header; `None` when it is cut off or says what cannot be.
    pub(super) fn open(data: &[u8]) -> Option<Self> {
        let mut recording = Self { is_big: data.starts_with(BIG), ..Self::default() };
        let mut header = recording.bytes(data.get(8..)?);
        let size = header.u64()?;
        if size == 16 {
            recording.records = (16, data.len());
            return Some(recording);
        }
        let attr_size = usize::try_from(header.u64()?).ok()?;
        let (attrs, records) = ((header.u64()?, header.u64()?), (header.u64()?, header.u64()?));
        header.take(16)?;
        let features = [header.u64()?, header.u64()?, header.u64()?, header.u64()?];
        recording.attrs(data, attrs, attr_size)?;
        let start = usize::try_from(records.0).ok().filter(|&start| start <= data.len())?;
        let end = usize::try_from(records.1).ok().and_then(|size| start.checked_add(size));
        recording.records = match end {
            Some(end) if end <= data.len() && end > start => (start, end),
            Some(end) if end == start => {
                recording
                    .warnings
                    .push("perf was not ended properly: the file does not say how much was recorded. All that is there was read");
                (start, data.len())
            }
            _ => {
                recording.warnings.push("The file is cut off: it says that more was recorded. What is there was read");
                (start, data.len())
            }
        };
        if let Some(end) = end.and_then(|end| data.get(end..)) {
            recording.features(data, end, features);
        }
        Some(recording)
    }

    fn bytes<'d>(&self, data: &'d [u8]) -> Bytes<'d> {
        Bytes::new(data, self.is_big)
    }

    fn attrs(&mut self, data: &[u8], (offset, size): (u64, u64), attr_size: usize) -> Option<()> {
        let list = part(data, offset, size)?;
        // At its end each has a pointer to its ids.
        let own = attr_size.checked_sub(16)?;
        let mut ids_left = data.len() / 8;
        for entry in list.chunks_exact(attr_size) {
            let attr = Attr::parse(entry.get(..own)?, self.is_big)?;
            let mut pointer = self.bytes(entry.get(own..)?);
            let (offset, size) = (pointer.u64()?, pointer.u64()?);
            let ids = part(data, offset, size).unwrap_or_default();
            // Each id belongs to one event, so all together are not larger than the file.
            ids_left = ids_left.checked_sub(ids.len() / 8)?;
            let mut ids = self.bytes(ids);
            self.add(attr, std::iter::from_fn(|| ids.u64()));
        }
        Some(())
    }

    fn add(&mut self, attr: Attr, ids: impl Iterator<Item = u64>) {
        let row = self.events.len();
        self.ids.extend(ids.map(|id| (id, row)));
        self.events.push(attr);
    }

    /// An event of a recording that came through a pipe: `PERF_RECORD_HEADER_ATTR`.
    pub(super) fn add_attr(&mut self, body: &[u8]) -> Option<()> {
        let size = self.bytes(body.get(4..)?).u32()? as usize;
        let attr = Attr::parse(body.get(..size.clamp(64, body.len().max(64)))?, self.is_big)?;
        let mut ids = self.bytes(body.get(size..)?);
        self.add(attr, std::iter::from_fn(|| ids.u64()));
        Some(())
    }

    /// A name or other change of an event: `PERF_RECORD_EVENT_UPDATE`.
    pub(super) fn update(&mut self, body: &[u8]) -> Option<()> {
        const NAME: u64 = 2;
        let mut bytes = self.bytes(body);
        let (kind, id) = (bytes.u64()?, bytes.u64()?);
        let row = self.ids.get(&id).copied().or_else(|| (self.events.len() == 1).then_some(0))?;
        let name = String::from_utf8_lossy(bytes.text()).into_owned();
        if kind == NAME && !name.is_empty() {
            self.events.get_mut(row)?.name = name;
        }
        Some(())
    }

    /// The parts behind the records, in the order of their bits.
    fn features(&mut self, data: &[u8], list: &[u8], bits: [u64; 4]) {
        let mut list = self.bytes(list);
        for bit in (0..256_u32).filter(|&bit| bits.get(bit as usize / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1)) {
            let (Some(offset), Some(size)) = (list.u64(), list.u64()) else { return };
            if let Some(content) = part(data, offset, size) {
                self.feature(bit, content);
            }
        }
    }

    /// One of these parts; in a recording through a pipe they come as records.
    pub(super) fn feature(&mut self, kind: u32, content: &[u8]) {
        // What is cut off here only lacks names.
        let _ = match kind {
            BUILD_ID => self.read_build_ids(content),
            CMDLINE => self.read_command_line(content),
            EVENT_DESC => self.read_names(content),
            _ => Some(()),
        };
    }

    fn read_build_ids(&mut self, content: &[u8]) -> Option<()> {
        let mut list = self.bytes(content);
        while let Some(header) = list.take(8) {
            let mut header = self.bytes(header);
            let (_, misc, size) = (header.u32()?, header.u16()?, header.u16()?);
            self.add_build_id(misc, list.take(usize::from(size).checked_sub(8)?)?)?;
        }
        Some(())
    }

    /// `PERF_RECORD_HEADER_BUILD_ID`: process, build id, path.
    pub(super) fn add_build_id(&mut self, misc: u16, body: &[u8]) -> Option<()> {
        const HAS_SIZE: u16 = 1 << 15;
        let mut body = self.bytes(body);
        body.u32()?;
        let id = body.take(24)?;
        let size = if misc & HAS_SIZE != 0 { usize::from(*id.get(20)?).min(20) } else { 20 };
        self.build_ids.insert(body.text().to_vec(), id.get(..size)?.to_vec());
        Some(())
    }

    fn read_command_line(&mut self, content: &[u8]) -> Option<()> {
        let mut content = self.bytes(content);
        let count = content.u32()?;
        let mut words = Vec::new();
        for _ in 0..count {
            words.push(text(&mut content, self.is_big)?);
        }
        self.command_line = words.join(" ");
        Some(())
    }

    /// `EVENT_DESC`: the events once more, with names and ids.
    fn read_names(&mut self, content: &[u8]) -> Option<()> {
        let mut content = self.bytes(content);
        let (count, attr_size) = (content.u32()?, content.u32()?);
        for row in 0..count as usize {
            let attr = content.take(attr_size as usize)?;
            let id_count = content.u32()?;
            let name = text(&mut content, self.is_big)?;
            let mut ids = self.bytes(content.take((id_count as usize).checked_mul(8)?)?);
            if let Some(event) = self.events.get_mut(row).filter(|_| !name.is_empty()) {
                event.name = name;
            } else if row == self.events.len() {
                let mut attr = Attr::parse(attr, self.is_big)?;
                attr.name = name;
                self.add(attr, std::iter::from_fn(|| ids.u64()));
            }
        }
        Some(())
    }
}

/// A part of the file, if all of it is there.
fn part(data: &[u8], offset: u64, size: u64) -> Option<&[u8]> {
    let (offset, size) = (usize::try_from(offset).ok()?, usize::try_from(size).ok()?);
    data.get(offset..offset.checked_add(size)?)
}

/// A text with its length before it, filled up with zeros.
fn text(bytes: &mut Bytes<'_>, is_big: bool) -> Option<String> {
    let length = bytes.u32()? as usize;
    Some(String::from_utf8_lossy(Bytes::new(bytes.take(length)?, is_big).text()).into_owned())
}
