//! Where published vectors lie (the folder that `TEST_VECTORS` names, `../shared/vectors` otherwise), and their
//! private keys, which no parser of ours takes, in the form in which we keep our own.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use motcua::base::secret::from_base64url;
use serde_json::Value;

/// The folder; without it a test says so and passes.
pub fn folder() -> Option<PathBuf> {
    let place = std::env::var_os("TEST_VECTORS").unwrap_or_else(|| "../shared/vectors".into());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(place);
    if !folder.is_dir() {
        println!("ignored: the published test vectors are not here; TEST_VECTORS names their folder");
        return None;
    }
    Some(folder)
}

/// The JSON file at `path` below the folder.
pub fn read(folder: &Path, path: &str) -> Value {
    let path = folder.join(path);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What became of each case, so that none disappears unseen.
#[derive(Default)]
pub struct Tally {
    /// Cases whose verdict is the published one.
    pub ran: usize,
    /// Cases that do not apply, by reason.
    pub apart: BTreeMap<&'static str, usize>,
}

impl Tally {
    /// Counts a case that does not apply.
    pub fn set_apart(&mut self, reason: &'static str) {
        *self.apart.entry(reason).or_default() += 1;
    }

    /// Asserts the number of cases that ran and that did not.
    pub fn assert(self, ran: usize, apart: &[(&'static str, usize)]) {
        assert_eq!(self.apart, apart.iter().copied().collect::<BTreeMap<_, _>>());
        assert_eq!(self.ran, ran);
    }
}

/// RFC 5208 §5 around an RSAPrivateKey (RFC 8017 §A.1.2) or an ECPrivateKey (RFC 5915 §3), or RFC 8410 §7 with the
/// public key.
pub fn pkcs8(key: &Value) -> Vec<u8> {
    let bytes = |name: &str| from_base64url(key[name].as_str().unwrap()).unwrap();
    if key["kty"] == "OKP" {
        let algorithm = der(0x30, &[&der(0x06, &[&[0x2b, 0x65, 0x70]])]);
        let private = der(0x04, &[&der(0x04, &[&bytes("d")])]);
        return der(0x30, &[&[2, 1, 1], &algorithm, &private, &der(0x81, &[&[0], &bytes("x")])]);
    }
    if key["kty"] == "EC" {
        let ec_public_key = der(0x06, &[&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]]);
        let p_256 = der(0x06, &[&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]]);
        let private = der(0x30, &[&[2, 1, 1], &der(0x04, &[&bytes("d")])]);
        return der(0x30, &[&[2, 1, 0], &der(0x30, &[&ec_public_key, &p_256]), &der(0x04, &[&private])]);
    }
    let numbers = ["n", "e", "d", "p", "q", "dp", "dq", "qi"].map(|name| {
        let number = bytes(name);
        let sign: &[u8] = if number[0] >= 0x80 { &[0] } else { &[] };
        der(0x02, &[sign, &number])
    });
    let rsa = der(0x30, &[&[2, 1, 0], &numbers.concat()]);
    let oid = der(0x06, &[&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]]);
    der(0x30, &[&[2, 1, 0], &der(0x30, &[&oid, &[5, 0]]), &der(0x04, &[&rsa])])
}

fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let [high, low] = u16::try_from(body.len()).unwrap().to_be_bytes();
    let head = match (high, low) {
        (0, ..0x80) => vec![tag, low],
        (0, _) => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    [head, body].concat()
}
