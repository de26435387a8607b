//! sign-in.md, "An id says where it lives": "No id leaves in clear", or its twelve constant bits would link a person across
//! sectors. identity.md: what two services hold of a person has nothing in common.

use std::collections::BTreeMap;
use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use motcua::base::secret::sha256;

use crate::town::PASSWORD;
use crate::town::Tokens;
use crate::town::Town;
use crate::town::claims_of;

const PEOPLE: usize = 200;
const SECTORS: usize = 10;

/// What each sector holds of each person, by kind.
type Held = BTreeMap<&'static str, Vec<Vec<Vec<u8>>>>;

#[tokio::test]
async fn nothing_that_two_sectors_hold_of_a_person_has_a_bit_in_common() {
    let town = Town::new().await;
    town.apply(&declaration()).await;
    let mut held = Held::new();
    for person in 0..PEOPLE {
        let mut browser = town.browser();
        for sector in 0..SECTORS {
            let rp = town.rp(&format!("sector-{sector}")).with_scope("openid offline_access");
            let page = browser.open(&rp.url(&[])).await;
            let page = if sector == 0 { browser.sign_in(&page, &format!("person-{person}")).await } else { page };
            let page =
                if page.path() == "/consent" { browser.fill(&page, &[("decision", "allow")]).await } else { page };
            let code = page.parameter("code").unwrap_or_else(|| panic!("{}: {}", page.url, page.body));
            let answer = rp.redeem(&code, &[]).await;
            for (kind, bytes) in what_it_holds(&code, &Tokens(answer.json())) {
                let of_kind = held.entry(kind).or_insert_with(|| vec![Vec::new(); PEOPLE]);
                of_kind[person].push(bytes);
            }
        }
    }
    assert_eq!(held.keys().copied().collect::<Vec<_>>(), ["code", "jti", "refresh token", "sid", "sub"]);
    for (kind, people) in &held {
        assert_eq!(telling_bits(people), Vec::<usize>::new(), "bits of a {kind} that say whose it is");
    }
    town.leave().await;
}

/// The measure finds a shard's number where it stands in clear.
#[test]
fn twelve_bits_in_common_are_found() {
    let random = |n: usize| sha256(&n.to_be_bytes());
    let holds = |person: usize, sector: usize| {
        let mut bytes = random(person * SECTORS + sector)[..16].to_vec();
        bytes[4..6].copy_from_slice(&random(person)[..2]);
        bytes
    };
    let people: Vec<Vec<Vec<u8>>> =
        (0..PEOPLE).map(|person| (0..SECTORS).map(|sector| holds(person, sector)).collect()).collect();
    assert_eq!(telling_bits(&people), (32..48).collect::<Vec<usize>>());
}

fn declaration() -> String {
    let mut text = String::new();
    for n in 0..SECTORS {
        let _ = write!(
            text,
            "[[agencies]]\nid = \"agency-{n}\"\nname = {{ vi = \"A\", en = \"A\" }}\n\
             [[services]]\nid = \"service-{n}\"\nagency = \"agency-{n}\"\nlegal_basis = \"public-task\"\n\
             name = {{ vi = \"S\", en = \"S\" }}\npurpose = {{ vi = \"s\", en = \"s\" }}\n\
             [[clients]]\nclient_id = \"sector-{n}\"\nservice = \"service-{n}\"\nscope = \"openid offline_access\"\n\
             secrets = [\"sector-{n}-secret-of-a-test-that-is-long-enough\"]\n\
             redirect_uris = [\"https://sector-{n}.example/cb\"]\ngrant_types = [\"authorization_code\", \"refresh_token\"]\n"
        );
    }
    for n in 0..PEOPLE {
        let _ = write!(text, "[[people]]\nuser_name = \"person-{n}\"\npassword = \"{PASSWORD}\"\n");
    }
    text
}

fn what_it_holds(code: &str, tokens: &Tokens) -> [(&'static str, Vec<u8>); 5] {
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let (id, access) = (claims_of(tokens.id_token()), claims_of(tokens.access_token()));
    let claim = |claims: &serde_json::Map<String, serde_json::Value>, name: &str| bytes(claims[name].as_str().unwrap());
    [
        ("sub", claim(&id, "sub")),
        ("sid", claim(&id, "sid")),
        ("jti", claim(&access, "jti")),
        ("refresh token", bytes(tokens.refresh_token())),
        ("code", bytes(code)),
    ]
}

/// Places of bits that are equal more often within a person than between people. Of pairs that have nothing in common half
/// are equal, with a deviation of half the root of their number: seven of these are chance once in 10¹¹.
fn telling_bits(people: &[Vec<Vec<u8>>]) -> Vec<usize> {
    let bits = people.iter().flatten().map(Vec::len).min().unwrap() * 8;
    let bit = |bytes: &[u8], n: usize| bytes[n / 8] >> (7 - n % 8) & 1;
    let mut telling = Vec::new();
    for n in 0..bits {
        let (mut within, mut between, mut pairs) = (0_i64, 0_i64, 0_i64);
        for (person, held) in people.iter().enumerate() {
            let other = &people[(person + 1) % people.len()];
            for one in 0..held.len() {
                for two in one + 1..held.len() {
                    pairs += 1;
                    within += i64::from(bit(&held[one], n) == bit(&held[two], n));
                    between += i64::from(bit(&held[one], n) == bit(&other[two], n));
                }
            }
        }
        let deviation = (pairs as f64 / 2.0).sqrt(); // of the difference of two counts
        if (within - between).abs() as f64 > 7.0 * deviation {
            telling.push(n);
        }
    }
    telling
}
