//! What a page may run: the one script whose hash its policy names (Content Security Policy Level 3, "hash-source").

/// The policy of a page that runs nothing but `script`, fetches nothing and sends nothing.
pub fn only(script: &str) -> String {
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        base64(&sha256(script.as_bytes()))
    )
}

/// Base64 with padding (RFC 4648, 4).
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |part: &[u8]| {
        let bits = (0..3).fold(0_usize, |bits, at| bits << 8 | usize::from(part.get(at).copied().unwrap_or(0)));
        (0..4).map(move |at| if at > part.len() { '=' } else { char::from(SIGNS[bits >> (18 - 6 * at) & 63]) }).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

/// SHA-256 (FIPS 180-4, 6.2).
fn sha256(message: &[u8]) -> [u8; 32] {
    let (starts, keys) = (constants::<8>(2.0), constants::<64>(3.0));
    let mut padded = message.to_vec();
    padded.push(0x80);
    padded.resize(padded.len().next_multiple_of(64) + if padded.len() % 64 > 56 { 64 } else { 0 }, 0);
    let (length, end) = ((message.len() as u64).wrapping_mul(8).to_be_bytes(), padded.len());
    padded[end - 8..].copy_from_slice(&length);
    let state = padded.chunks_exact(64).fold(starts, |state, block| compress(state, block, &keys));
    let mut digest = [0; 32];
    for (place, word) in digest.chunks_exact_mut(4).zip(state) {
        place.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

/// One block of 64 bytes.
fn compress(state: [u32; 8], block: &[u8], keys: &[u32; 64]) -> [u32; 8] {
    let mut w = [0_u32; 64];
    for (word, bytes) in w.iter_mut().zip(block.chunks_exact(4)) {
        *word = bytes.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
    }
    for t in 16..64 {
        let (early, late) = (w[t - 15], w[t - 2]);
        let s0 = early.rotate_right(7) ^ early.rotate_right(18) ^ early >> 3;
        let s1 = late.rotate_right(17) ^ late.rotate_right(19) ^ late >> 10;
        w[t] = w[t - 16].wrapping_add(s0).wrapping_add(w[t - 7]).wrapping_add(s1);
    }
    let mut now = state;
    for (key, word) in keys.iter().zip(w) {
        let [a, b, c, d, e, f, g, h] = now;
        let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let t1 = h.wrapping_add(s1).wrapping_add(e & f ^ !e & g).wrapping_add(*key).wrapping_add(word);
        let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let t2 = s0.wrapping_add(a & b ^ a & c ^ b & c);
        now = [t1.wrapping_add(t2), a, b, c, d.wrapping_add(t1), e, f, g];
    }
    std::array::from_fn(|at| state[at].wrapping_add(now[at]))
}

/// The first 32 bits behind the point of the square (2) or cube (3) roots of the first primes, as the standard defines its constants.
fn constants<const N: usize>(root: f64) -> [u32; N] {
    let is_prime = |n: &u32| (2..*n).take_while(|d| d * d <= *n).all(|d| !n.is_multiple_of(d));
    let mut primes = (2_u32..).filter(is_prime);
    std::array::from_fn(|_| {
        let prime = f64::from(primes.next().unwrap_or(2));
        let exact = if root == 2.0 { prime.sqrt() } else { prime.cbrt() };
        (exact.fract() * 4_294_967_296.0) as u32
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> String {
        sha256(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The examples of FIPS 180-2, appendix B, and of RFC 4648, 10.
    #[test]
    fn known_answers() {
        assert_eq!(hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(
            hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        );
        assert_eq!(hex(&"a".repeat(1_000_000)), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
        let texts = ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(|text| base64(text.as_bytes()));
        assert_eq!(texts, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]);
    }
}
