//! SHA-256 as FIPS 180-4 describes it, so that what Python's `hashlib` told can be held against.

/// The primes, of whose square and cube roots the standard takes its numbers.
fn prime(at: usize) -> u32 {
    (2u32..).filter(|n| (2..*n).all(|d| n % d != 0)).nth(at).expect("there are enough")
}

/// The first 32 bits behind the point of a root.
fn fraction(number: u32, root: u32) -> u32 {
    // The largest whole number whose power is not above the number with 32 bits more for each factor.
    let target = u128::from(number) << (32 * root);
    let (mut low, mut high) = (0u128, 1u128 << 40);
    while high - low > 1 {
        let middle = low.midpoint(high);
        if middle.pow(root) <= target {
            low = middle;
        } else {
            high = middle;
        }
    }
    low as u32
}

/// The hash of all the bytes, as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    // Cube roots of 40 bits make 120: still within 128.
    let rounds: [u32; 64] = std::array::from_fn(|at| fraction(prime(at), 3));
    let mut state: [u32; 8] = std::array::from_fn(|at| fraction(prime(at), 2));
    let blocks = bytes.chunks_exact(64);
    let mut last = [blocks.remainder(), &[0x80]].concat();
    last.resize((last.len() + 8).next_multiple_of(64) - 8, 0);
    last.extend_from_slice(&(bytes.len() as u64 * 8).to_be_bytes());
    blocks.chain(last.chunks_exact(64)).for_each(|block| mix(&mut state, &rounds, block));
    state.iter().map(|word| format!("{word:08x}")).collect()
}

fn mix(state: &mut [u32; 8], rounds: &[u32; 64], block: &[u8]) {
    let mut words = [0u32; 64];
    for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
        *word = u32::from_be_bytes(bytes.try_into().expect("four bytes"));
    }
    for at in 16..64 {
        let (a, b) = (words[at - 15], words[at - 2]);
        let low = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
        let high = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
        words[at] = words[at - 16].wrapping_add(low).wrapping_add(words[at - 7]).wrapping_add(high);
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for (word, round) in words.iter().zip(rounds) {
        let sum = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let choice = (e & f) ^ (!e & g);
        let first = h.wrapping_add(sum).wrapping_add(choice).wrapping_add(*round).wrapping_add(*word);
        let sum = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let second = sum.wrapping_add((a & b) ^ (a & c) ^ (b & c));
        (h, g, f, e, d, c, b, a) = (g, f, e, d.wrapping_add(first), c, b, a, first.wrapping_add(second));
    }
    for (state, value) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *state = state.wrapping_add(value);
    }
}
