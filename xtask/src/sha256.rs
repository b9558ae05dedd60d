//! SHA-256 (FIPS 180-4): the one sum that every system has a program for.

/// The sum of bytes, in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    // Fractional parts of the square and cube roots of the first primes.
    let primes: Vec<u128> = (2..312).filter(|n| (2..*n).all(|d| n % d != 0)).collect();
    let mut state = [0_u32; 8];
    for (word, p) in state.iter_mut().zip(&primes) {
        *word = (p << 64).isqrt() as u32;
    }
    let rounds: Vec<u32> = primes.iter().map(|p| cube_root(p << 96) as u32).collect();

    let mut padded = bytes.to_vec();
    padded.push(0x80);
    padded.resize((padded.len() + 8).next_multiple_of(64) - 8, 0);
    padded.extend((bytes.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks_exact(64) {
        step(&mut state, block, &rounds);
    }
    state.iter().map(|word| format!("{word:08x}")).collect()
}

fn cube_root(n: u128) -> u128 {
    (0..42).rev().fold(0, |root: u128, bit| {
        let more = root | 1 << bit;
        if more.pow(3) <= n { more } else { root }
    })
}

fn step(state: &mut [u32; 8], block: &[u8], rounds: &[u32]) {
    let mut w: Vec<u32> = block
        .chunks_exact(4)
        .map(|c| u32::from_be_bytes([c[0], c[1], c[2], c[3]]))
        .collect();
    for i in 16..64 {
        let (a, b) = (w[i - 15], w[i - 2]);
        let small = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
        let large = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
        w.push(
            w[i - 16]
                .wrapping_add(small)
                .wrapping_add(w[i - 7])
                .wrapping_add(large),
        );
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for (k, w) in rounds.iter().zip(&w) {
        let chosen = (e & f) ^ (!e & g);
        let most = (a & b) ^ (a & c) ^ (b & c);
        let one = (e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25))
            .wrapping_add(h)
            .wrapping_add(chosen)
            .wrapping_add(*k)
            .wrapping_add(*w);
        let two = (a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22)).wrapping_add(most);
        (h, g, f, e) = (g, f, e, d.wrapping_add(one));
        (d, c, b, a) = (c, b, a, one.wrapping_add(two));
    }
    for (word, more) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word = word.wrapping_add(more);
    }
}

#[cfg(test)]
mod tests {
    use super::hex;

    /// The examples of the standard.
    #[test]
    fn sums_are_those_of_the_standard() {
        for (text, sum) in [
            (
                "",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
            (
                "abc",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            ),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            ),
        ] {
            assert_eq!(hex(text.as_bytes()), sum);
        }
    }
}
