//! Names that are written once and then called by a number: `fn=(3) main`, later `fn=(3)`.

use std::collections::HashMap;

use super::numbers::number;
use crate::profile::build::Builder;
use crate::profile::error::ProfileError;
use crate::profile::model::StringId;

/// Numbers below this are rows of a list.
const LIST: u64 = 1 << 20;

/// Names of one kind: of functions, files or binaries.
#[derive(Default)]
pub(super) struct Names {
    /// By number; `None` where none was told.
    list: Vec<Option<StringId>>,
    large: HashMap<u64, StringId>,
}

impl Names {
    /// The name that stands behind the `=` of a line.
    pub(super) fn name(&mut self, builder: &mut Builder<'_>, text: &[u8]) -> Result<StringId, ProfileError> {
        let text = text.trim_ascii();
        let Some((id, name)) = numbered(text) else { return builder.text_bytes(or_unknown(text)) };
        if !name.is_empty() {
            let name = builder.text_bytes(name)?;
            self.keep(id, name);
            builder.tick()?;
            return Ok(name);
        }
        if let Some(name) = self.get(id) {
            return Ok(name);
        }
        builder.flaw("has the number of a name that was not told before; the number is shown instead");
        builder.text_bytes(text)
    }

    fn get(&self, id: u64) -> Option<StringId> {
        let listed = usize::try_from(id).ok().and_then(|id| self.list.get(id).copied().flatten());
        listed.or_else(|| self.large.get(&id).copied())
    }

    fn keep(&mut self, id: u64, name: StringId) {
        if id >= LIST {
            self.large.insert(id, name);
            return;
        }
        let at = id as usize;
        if self.list.len() <= at {
            self.list.resize(at + 1, None);
        }
        self.list.get_mut(at).into_iter().for_each(|slot| *slot = Some(name));
    }
}

/// `(12) name` as its two parts.
fn numbered(text: &[u8]) -> Option<(u64, &[u8])> {
    let inside = text.strip_prefix(b"(")?;
    let end = memchr::memchr(b')', inside)?;
    let id = inside.get(..end)?;
    let digits = !id.is_empty() && id.iter().all(u8::is_ascii_digit);
    Some((number(id).filter(|_| digits)?, inside.get(end + 1..)?.trim_ascii()))
}

fn or_unknown(name: &[u8]) -> &[u8] {
    if name.is_empty() { b"???" } else { name }
}
