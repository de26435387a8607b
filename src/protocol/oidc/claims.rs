//! Claims, and how they are asked for: OpenID Connect Core §5.1, §5.4, §5.5, §5.6.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::jose::json;
use crate::protocol::error::OAuthError;
use crate::protocol::oauth::scope::Scope;

/// Scope values and the claims that each stands for (§5.4).
pub const BY_SCOPE: [(&str, &[&str]); 4] = [
    (
        "profile",
        &[
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
        ],
    ),
    ("email", &["email", "email_verified"]),
    ("address", &["address"]),
    ("phone", &["phone_number", "phone_number_verified"]),
];

/// Every standard claim about a person (§5.1), `sub` aside.
pub fn standard() -> impl Iterator<Item = &'static str> {
    BY_SCOPE.into_iter().flat_map(|(_, claims)| claims.iter().copied())
}

/// What the `claims` parameter asks for (§5.5).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClaimsRequest {
    /// Claims wanted from UserInfo.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub userinfo: BTreeMap<String, Option<Wish>>,
    /// Claims wanted in the ID token.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub id_token: BTreeMap<String, Option<Wish>>,
}

/// So many claims may be asked for in each place.
const MOST: usize = 100;

/// How one claim is wanted (§5.5.1). Members that are not understood are ignored, as §5.5 says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Wish {
    /// Whether the client cannot do without. `null` is nothing said.
    #[serde(default, deserialize_with = "or_false")]
    pub essential: bool,
    /// The one value that is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The values of which one is wanted, by preference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Value>>,
}

fn or_false<'de, D: Deserializer<'de>>(value: D) -> Result<bool, D::Error> {
    Option::deserialize(value).map(Option::unwrap_or_default)
}

impl Wish {
    /// `null`, or an object; `None` for anything else.
    fn read(value: &Value) -> Option<Option<Self>> {
        match value {
            Value::Null => Some(None),
            Value::Object(_) => serde_json::from_value(value.clone()).ok().map(Some),
            _ => None,
        }
    }

    fn texts(&self) -> Vec<&str> {
        self.values.iter().flatten().chain(&self.value).filter_map(Value::as_str).collect()
    }

    fn accepts(&self, value: &Value) -> bool {
        self.value.as_ref().is_none_or(|wanted| wanted == value)
            && self.values.as_ref().is_none_or(|wanted| wanted.contains(value))
    }
}

impl ClaimsRequest {
    /// Reads the parameter.
    pub fn parse(text: &str) -> Result<Self, OAuthError> {
        let refused = || OAuthError::invalid_request("claims is not the JSON object of OpenID Connect Core 5.5");
        let all = json::object(text.as_bytes()).ok_or_else(refused)?;
        let wishes = |name: &str| match all.get(name) {
            None | Some(Value::Null) => Some(BTreeMap::new()),
            Some(Value::Object(wishes)) if wishes.len() <= MOST => {
                wishes.iter().map(|(claim, wish)| Some((claim.clone(), Wish::read(wish)?))).collect()
            }
            Some(_) => None,
        };
        let userinfo = wishes("userinfo").ok_or_else(refused)?;
        let id_token = wishes("id_token").ok_or_else(refused)?;
        Ok(Self { userinfo, id_token })
    }

    /// Whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.userinfo.is_empty() && self.id_token.is_empty()
    }

    /// The names that it asks for anywhere, each once.
    pub fn names(&self) -> BTreeSet<&str> {
        self.userinfo.keys().chain(self.id_token.keys()).map(String::as_str).collect()
    }

    /// The context classes of which one is indispensable (§5.5.1.1), if `acr` is asked for as essential.
    pub fn essential_acr(&self) -> Option<Vec<&str>> {
        self.acr().filter(|wish| wish.essential).map(Wish::texts)
    }

    /// Those of which one is wanted if it can be had, if `acr` is asked for so.
    pub fn voluntary_acr(&self) -> Option<Vec<&str>> {
        self.acr().filter(|wish| !wish.essential).map(Wish::texts)
    }

    fn acr(&self) -> Option<&Wish> {
        self.id_token.get("acr")?.as_ref()
    }

    /// The subject that the answer must be about (§5.5.1), if one is named.
    pub fn subject(&self) -> Option<&str> {
        let wishes = [&self.id_token, &self.userinfo].into_iter();
        wishes.filter_map(|wishes| wishes.get("sub")?.as_ref()?.value.as_ref()?.as_str()).next()
    }
}

/// The names of the standard claims that `scope` and `request` release from UserInfo.
pub fn released<'a>(scope: &'a Scope, request: &'a ClaimsRequest) -> impl Iterator<Item = &'static str> + 'a {
    BY_SCOPE.into_iter().flat_map(move |(value, claims)| {
        let whole = scope.contains(value);
        claims.iter().copied().filter(move |name| whole || request.userinfo.contains_key(*name))
    })
}

/// Those of `all` that UserInfo gives away.
pub fn for_userinfo(all: &Map<String, Value>, scope: &Scope, request: &ClaimsRequest) -> Map<String, Value> {
    let wished = |name: &str, value: &Value| match request.userinfo.get(name) {
        Some(Some(wish)) => wish.accepts(value),
        Some(None) | None => true,
    };
    released(scope, request)
        .filter_map(|name| {
            all.get(name).filter(|value| wished(name, value)).map(|value| (name.to_owned(), value.clone()))
        })
        .collect()
}

/// Those of `all` that the ID token carries: only what the `claims` parameter asked for there.
pub fn for_id_token(all: &Map<String, Value>, request: &ClaimsRequest) -> Map<String, Value> {
    standard()
        .filter_map(|name| {
            let wish = request.id_token.get(name)?;
            let value = all.get(name).filter(|value| wish.as_ref().is_none_or(|wish| wish.accepts(value)))?;
            Some((name.to_owned(), value.clone()))
        })
        .collect()
}

/// Says in `body` where the claims `names` are (§5.6.2): under `source`, by `reference`.
pub fn refer(body: &mut Map<String, Value>, source: &str, names: &[&str], reference: Value) {
    let mut put = |member: &str, name: &str, value: Value| {
        let map = body.entry(member).or_insert_with(|| Value::Object(Map::new()));
        map.as_object_mut().map(|map| map.insert(name.to_owned(), value));
    };
    for name in names {
        put("_claim_names", name, Value::from(source));
    }
    put("_claim_sources", source, reference);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_essential_acr_is_found_by_value_and_by_values() {
        let one = ClaimsRequest::parse(r#"{"id_token":{"acr":{"essential":true,"value":"a"}}}"#).unwrap();
        assert_eq!(one.essential_acr(), Some(vec!["a"]));
        let two = ClaimsRequest::parse(r#"{"id_token":{"acr":{"essential":true,"values":["a","b"]}}}"#).unwrap();
        assert_eq!(two.essential_acr(), Some(vec!["a", "b"]));
        let voluntary = ClaimsRequest::parse(r#"{"id_token":{"acr":{"values":["a"]}},"x":1}"#).unwrap();
        assert_eq!((voluntary.essential_acr(), voluntary.voluntary_acr()), (None, Some(vec!["a"])));
        assert_eq!(two.voluntary_acr(), None);
    }

    #[test]
    fn userinfo_gives_what_scope_and_claims_name_and_nothing_else() {
        let all = json!({"name": "N", "email": "e@x", "phone_number": "1", "birthdate": "2000-01-01"});
        let all = all.as_object().unwrap();
        let request = ClaimsRequest::parse(r#"{"userinfo":{"phone_number":null,"birthdate":{"value":"x"}}}"#).unwrap();
        let given = for_userinfo(all, &Scope::parse("openid email").unwrap(), &request);
        assert_eq!(given.keys().collect::<Vec<_>>(), ["email", "phone_number"]);
        assert!(for_id_token(all, &request).is_empty());
    }

    #[test]
    fn what_is_no_claims_request_is_refused() {
        let twice = r#"{"id_token":{"acr":null,"acr":{"essential":true}}}"#;
        for text in ["", "[]", "{\"userinfo\":1}", "{\"id_token\":{\"a\":3}}", "{\"id_token\":{\"a\":[true]}}", twice] {
            assert!(ClaimsRequest::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn claims_are_bounded_in_number_and_depth() {
        let many = |number: usize| {
            let wishes: Map<String, Value> = (0..number).map(|n| (n.to_string(), Value::Null)).collect();
            ClaimsRequest::parse(&json!({"userinfo": wishes}).to_string())
        };
        assert!(many(MOST).is_ok() && many(MOST + 1).is_err());
        let deep = |levels: usize| {
            let value = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
            ClaimsRequest::parse(&format!("{{\"userinfo\":{{\"a\":{{\"value\":{value}}}}}}}"))
        };
        assert!(deep(8).is_ok() && deep(40).is_err());
    }
}
