//! Recovery codes: on paper, each for one sign-in.

use crate::base::secret::Secret;
use crate::base::secret::hmac_sha256;

/// Somebody has so many.
pub const COUNT: u8 = 10;

/// Letters and digits that are not taken for one another (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The codes of a seed of 32 bytes of chance: 80 bits each, in groups of four.
pub fn derive(seed: &[u8]) -> Vec<Secret<String>> {
    (0..COUNT).map(|n| Secret::new(spelled(&hmac_sha256(seed, &[b"recovery-code", &[n]])))).collect()
}

fn spelled(digest: &[u8; 32]) -> String {
    let letters = digest.iter().take(16).map(|byte| ALPHABET.get(usize::from(byte & 31)).copied().unwrap_or(b'0'));
    let letters: Vec<char> = letters.map(char::from).collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// The keyed digest of a code, however it was typed: in small letters, with spaces, O for 0, I or L for 1.
pub fn digest(key: &[u8], typed: &str) -> [u8; 32] {
    let plain: String = typed.chars().filter(char::is_ascii_alphanumeric).map(canonical).collect();
    hmac_sha256(key, &[b"recovery-code", plain.as_bytes()])
}

fn canonical(letter: char) -> char {
    match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ten_codes_of_eighty_bits_that_are_found_however_they_are_typed() {
        let codes = derive(&[7; 32]);
        let distinct: std::collections::BTreeSet<&String> = codes.iter().map(Secret::expose).collect();
        assert_eq!((codes.len(), distinct.len()), (10, 10));
        for code in distinct {
            assert_eq!(code.len(), 19);
            let odd = code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
            assert_eq!(digest(b"key", code), digest(b"key", &odd));
            assert_ne!(digest(b"key", code), digest(b"other", code));
        }
    }

    /// Each letter comes as often as any other: 32,000 codes of 16 letters are 16,000 of each, give or take six standard
    /// deviations.
    #[test]
    fn letters_come_evenly() {
        let mut counts = [0_i32; 32];
        for n in 0..3_200_u32 {
            for letter in derive(&n.to_be_bytes()).iter().flat_map(|code| code.expose().bytes()).filter(|b| *b != b'-')
            {
                counts[ALPHABET.iter().position(|known| *known == letter).unwrap()] += 1;
            }
        }
        assert!(counts.iter().all(|count| (count - 16_000).abs() < 750), "{counts:?}");
    }

    proptest! {
        /// Crockford's base 32 is read in either case, `o` as 0, `i` and `l` as 1, and hyphens are passed over.
        #[test]
        fn a_code_is_found_however_it_is_typed(
            seed in any::<[u8; 32]>(),
            choice in proptest::collection::vec((0..2_usize, "[ \u{a0}\u{2013}-]{0,2}"), 19),
        ) {
            for code in derive(&seed) {
                let typed = code.expose().chars().zip(&choice).flat_map(|(letter, (which, gap))| {
                    let forms = match letter {
                        '0' => ['O', 'o'],
                        '1' => ['I', 'l'],
                        other => [other, other.to_ascii_lowercase()],
                    };
                    gap.chars().chain([forms[*which]])
                });
                let typed: String = typed.collect();
                prop_assert_eq!(digest(b"key", &typed), digest(b"key", code.expose()), "{}", typed);
            }
        }
    }
}
