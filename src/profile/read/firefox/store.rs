//! The builder together with what the reader holds beside it until all tables are there.

use std::collections::HashSet;

use crate::profile::build::Builder;
use crate::profile::error::ProfileError;

/// Bytes held between two looks at the bounds.
const STEP: u64 = 1 << 20;

pub(super) struct Store<'b, 'a> {
    pub(super) builder: &'b mut Builder<'a>,
    /// Kinds of markers, with those of their keys whose numbers are rows of the table of texts.
    pub(super) text_keys: HashSet<(String, String)>,
    held: u64,
    next_look: u64,
}

impl<'b, 'a> Store<'b, 'a> {
    pub(super) fn new(builder: &'b mut Builder<'a>) -> Self {
        Self { builder, text_keys: HashSet::new(), held: 0, next_look: STEP }
    }

    /// To be called with the size of all that is kept in columns.
    #[inline]
    pub(super) fn keep(&mut self, bytes: u64) -> Result<(), ProfileError> {
        self.held = self.held.saturating_add(bytes);
        if self.held < self.next_look { Ok(()) } else { self.look() }
    }

    /// Whether numbers of this key of this kind of marker are rows of the table of texts.
    pub(super) fn is_text(&self, kind: &str, key: &str) -> bool {
        !self.text_keys.is_empty() && self.text_keys.contains(&(kind.to_owned(), key.to_owned()))
    }

    fn look(&mut self) -> Result<(), ProfileError> {
        self.next_look = self.held.saturating_add(STEP);
        self.builder.context.cancel.check()?;
        self.builder.has_room(self.held)
    }
}
