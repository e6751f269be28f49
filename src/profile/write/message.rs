//! Protocol buffers (<https://protobuf.dev/programming-guides/encoding/>), as far as pprof needs them.

/// One message that is being put together.
#[derive(Default)]
pub(super) struct Message(pub(super) Vec<u8>);

impl Message {
    fn varint(&mut self, mut value: u64) {
        while value > 127 {
            self.0.push(value as u8 | 128);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    /// A number field; 0 is not written, as readers assume it.
    pub(super) fn number(&mut self, field: u64, value: u64) {
        if value != 0 {
            self.always(field, value);
        }
    }

    /// A number field that is written even when it is 0.
    pub(super) fn always(&mut self, field: u64, value: u64) {
        self.varint(field << 3);
        self.varint(value);
    }

    pub(super) fn bytes(&mut self, field: u64, bytes: &[u8]) {
        self.varint(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn packed(&mut self, field: u64, values: impl ExactSizeIterator<Item = u64>) {
        let mut inner = Self(Vec::with_capacity(values.len() * 3));
        values.for_each(|value| inner.varint(value));
        self.bytes(field, &inner.0);
    }
}
