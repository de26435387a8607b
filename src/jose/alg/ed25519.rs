//! Ed25519: RFC 8037 §3.1, RFC 8032 §5.1.

use ring::signature::ED25519;
use ring::signature::Ed25519KeyPair;
use ring::signature::KeyPair;
use ring::signature::UnparsedPublicKey;

use super::KeyError;
use super::RANDOM;
use crate::base::secret::Secret;
use crate::jose::material::JwkError;
use crate::jose::material::Material;

pub(super) fn generate() -> Result<Secret<Vec<u8>>, KeyError> {
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&*RANDOM);
    pkcs8.map(|pkcs8| Secret::new(pkcs8.as_ref().to_vec())).or(Err(KeyError::NotGenerated))
}

pub(super) struct Signing {
    pair: Ed25519KeyPair,
    x: [u8; 32],
}

impl Signing {
    pub(super) fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8).or(Err(KeyError::Rejected))?;
        let x = pair.public_key().as_ref().try_into().or(Err(KeyError::Rejected))?;
        Ok(Self { pair, x })
    }

    pub(super) fn sign(&self, input: &[u8]) -> Vec<u8> {
        self.pair.sign(input).as_ref().to_vec()
    }

    pub(super) fn public(&self) -> Material {
        Material::Ed25519 { x: self.x }
    }
}

#[derive(Clone)]
pub(super) struct Verifying(UnparsedPublicKey<[u8; 32]>);

impl Verifying {
    pub(super) fn new(x: [u8; 32]) -> Self {
        Self(UnparsedPublicKey::new(&ED25519, x))
    }

    pub(super) fn verify(&self, input: &[u8], signature: &[u8]) -> bool {
        self.0.verify(input, signature).is_ok()
    }
}

/// Whether `encoded` is a point of the curve that a signature can mean something for: decoded as in RFC 8032 §5.1.3,
/// and not of small order, because under such a key one signature fits many messages (RFC 8032 §8.9).
///
/// `ring` decodes a point only while it verifies, so the curve's equation is asked here. All inputs are public.
pub(super) fn check(encoded: &[u8; 32]) -> Result<(), JwkError> {
    let y = Field::decode(encoded).ok_or(JwkError::Point)?;
    let y2 = y.times(y);
    let u = y2.minus(Field::ONE);
    let v = D.times(y2).plus(Field::ONE);
    let has_x = u.times(v).is_nonzero_square(); // x² = u/v; x = 0 is of small order
    let order_4 = y.is_zero();
    let order_8 = v.times(y2).plus(u).is_zero(); // twice the point has y = 0
    if has_x && !order_4 && !order_8 { Ok(()) } else { Err(JwkError::Point) }
}

/// An integer modulo 2²⁵⁵ − 19, in limbs of 51 bits that may hold a little more.
#[derive(Clone, Copy)]
struct Field([u64; 5]);

const MASK: u64 = (1 << 51) - 1;
/// d = −121665/121666 (RFC 8032 §5.1).
const D: Field = Field([
    929_955_233_495_203,
    466_365_720_129_213,
    1_662_059_464_998_953,
    2_033_849_074_728_123,
    1_442_794_654_840_575,
]);

impl Field {
    const ONE: Self = Self([1, 0, 0, 0, 0]);

    /// The y coordinate of an encoded point; `None` if it is not reduced.
    fn decode(encoded: &[u8; 32]) -> Option<Self> {
        let (words, _) = encoded.as_chunks::<8>();
        let [a, b, c, d] = *words else { return None };
        let [a, b, c, d] = [a, b, c, d].map(u64::from_le_bytes);
        let limbs = [a, (a >> 51) | (b << 13), (b >> 38) | (c << 26), (c >> 25) | (d << 39), d >> 12];
        let value = Self(limbs.map(|limb| limb & MASK));
        (value.reduced() == value.0).then_some(value)
    }

    fn plus(self, other: Self) -> Self {
        let ([a, b, c, d, e], [v, w, x, y, z]) = (self.0, other.0);
        Self::carry([a + v, b + w, c + x, d + y, e + z].map(u128::from))
    }

    fn minus(self, other: Self) -> Self {
        let ([a, b, c, d, e], [v, w, x, y, z]) = (self.0, other.0);
        const LOW: u64 = 16 * (MASK - 18); // sixteen times the modulus, so that no limb falls below zero
        const HIGH: u64 = 16 * MASK;
        Self::carry([a + LOW - v, b + HIGH - w, c + HIGH - x, d + HIGH - y, e + HIGH - z].map(u128::from))
    }

    fn times(self, other: Self) -> Self {
        let [a, b, c, d, e] = self.0.map(u128::from);
        let [v, w, x, y, z] = other.0.map(u128::from);
        Self::carry([
            a * v + 19 * (b * z + c * y + d * x + e * w),
            a * w + b * v + 19 * (c * z + d * y + e * x),
            a * x + b * w + c * v + 19 * (d * z + e * y),
            a * y + b * x + c * w + d * v + 19 * (e * z),
            a * z + b * y + c * x + d * w + e * v,
        ])
    }

    fn carry(limbs: [u128; 5]) -> Self {
        let mut over = 0;
        let [a, b, c, d, e] = limbs.map(|limb| {
            let sum = limb + over;
            over = sum >> 51;
            (sum as u64) & MASK
        });
        let first = u128::from(a) + 19 * over; // 2²⁵⁵ = 19
        Self([(first as u64) & MASK, b + (first >> 51) as u64, c, d, e])
    }

    /// Euler's criterion: z^((p−1)/2) = 1, with (p−1)/2 = 2²⁵⁴ − 10 = 16 · (2²⁵⁰ − 1) + 6.
    fn is_nonzero_square(self) -> bool {
        let bits = std::iter::repeat_n(true, 250).chain([false, true, true, false]);
        let power = bits.fold(Self::ONE, |power, bit| {
            let square = power.times(power);
            if bit { square.times(self) } else { square }
        });
        power.minus(Self::ONE).is_zero()
    }

    fn is_zero(self) -> bool {
        self.reduced() == [0; 5]
    }

    fn reduced(self) -> [u64; 5] {
        let Self([a, b, c, d, e]) = Self::carry(Self::carry(self.0.map(u128::from)).0.map(u128::from));
        let over = [b, c, d, e].into_iter().fold((a + 19) >> 51, |over, limb| (limb + over) >> 51);
        let mut over = 19 * over; // one more than the modulus wraps to zero
        [a, b, c, d, e].map(|limb| {
            let sum = limb + over;
            over = sum >> 51;
            sum & MASK
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn y(low: u8, rest: u8, high: u8) -> [u8; 32] {
        let mut encoded = [rest; 32];
        (encoded[0], encoded[31]) = (low, high);
        encoded
    }

    #[test]
    fn every_generated_key_is_a_point_and_about_half_of_all_numbers_are() {
        for _ in 0..200 {
            let key = Signing::from_pkcs8(generate().unwrap().expose()).unwrap();
            assert_eq!(check(&key.x), Ok(()));
        }
        let numbers = (0_u32..1000).map(|n| crate::base::secret::sha256(&n.to_be_bytes()));
        let points = numbers.filter(|number| check(number).is_ok()).count();
        assert!((420..580).contains(&points), "{points}");
    }

    #[test]
    fn points_of_small_order_and_numbers_that_are_not_reduced_are_refused() {
        let order_8 = [
            0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
            0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
        ];
        let small = [y(0, 0, 0), y(1, 0, 0), y(0xec, 0xff, 0x7f), y(0, 0, 0x80), y(1, 0, 0x80), order_8];
        let unreduced = [y(0xed, 0xff, 0x7f), y(0xee, 0xff, 0x7f), y(0xff, 0xff, 0x7f), y(0xf0, 0xff, 0xff)];
        for encoded in small.iter().chain(&unreduced) {
            assert_eq!(check(encoded), Err(JwkError::Point), "{encoded:?}");
        }
        assert_eq!(check(&y(2, 0, 0)), Err(JwkError::Point)); // on no point
        let mut base = [0x66; 32];
        base[0] = 0x58;
        assert_eq!(check(&base), Ok(()));
    }
}
