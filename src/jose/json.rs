//! JSON objects in which no member name repeats, at any depth (RFC 7515 §4, RFC 7519 §4), and which are neither deep nor
//! crowded: strangers write them. serde_json alone lets the last one win, and goes 128 deep.

use std::cell::Cell;
use std::fmt;

use serde::Deserializer;
use serde::de::DeserializeSeed;
use serde::de::Error;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde_json::Map;
use serde_json::Number;
use serde_json::Value;

/// So many objects and arrays may lie in one another.
const DEEPEST: usize = 32;
/// So many values may there be in all.
const MOST: usize = 10_000;

/// The object that `bytes` hold; `None` for anything else.
pub fn object(bytes: &[u8]) -> Option<Map<String, Value>> {
    let mut text = serde_json::Deserializer::from_slice(bytes);
    let strict = Strict { deeper: DEEPEST, more: &Cell::new(MOST) };
    match strict.deserialize(&mut text) {
        Ok(Value::Object(members)) if text.end().is_ok() => Some(members),
        _ => None,
    }
}

/// What may still come.
#[derive(Clone, Copy)]
struct Strict<'a> {
    deeper: usize,
    more: &'a Cell<usize>,
}

impl Strict<'_> {
    fn inside<E: Error>(self) -> Result<Self, E> {
        let deeper = self.deeper.checked_sub(1).ok_or_else(|| E::custom("nested too deeply"))?;
        Ok(Self { deeper, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let more = self.more.get().checked_sub(1).ok_or_else(|| D::Error::custom("too many values"))?;
        self.more.set(more);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without repeated member names")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number that is not finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let (inside, mut list) = (self.inside()?, Vec::new());
        while let Some(item) = items.next_element_seed(inside)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let (inside, mut members) = (self.inside()?, Map::new());
        while let Some(name) = entries.next_key::<String>()? {
            if members.insert(name, entries.next_value_seed(inside)?).is_some() {
                return Err(A::Error::custom("a member name repeats"));
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_read_as_serde_json_reads_it() {
        let text = r#"{"a":[1,-2,1.5,"x\u00e9",null,true,{}],"b":{"c":18446744073709551615}}"#;
        assert_eq!(object(text.as_bytes()).map(Value::Object), serde_json::from_str(text).ok());
    }

    #[test]
    fn a_repeated_name_at_any_depth_and_anything_but_an_object_is_refused() {
        let deep = format!("{}{}", "{\"a\":".repeat(200), "1".to_owned() + &"}".repeat(200));
        for text in
            [r#"{"a":1,"a":1}"#, r#"{"a":1,"\u0061":2}"#, r#"{"b":[{"a":1,"a":2}]}"#, "[]", "1", "", "{} {}", &deep]
        {
            assert_eq!(object(text.as_bytes()), None, "{text}");
        }
        assert_eq!(object(b"{\"a\":\"\xff\"}"), None);
    }

    #[test]
    fn depth_and_number_of_values_are_bounded() {
        let deep = |levels: usize| format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
        assert!(object(deep(DEEPEST).as_bytes()).is_some());
        assert_eq!(object(deep(DEEPEST + 1).as_bytes()), None);
        let arrays = |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
        assert!(object(arrays(DEEPEST - 1).as_bytes()).is_some());
        assert_eq!(object(arrays(DEEPEST).as_bytes()), None);
        let crowd = |values: usize| format!("{{\"a\":[{}1]}}", "1,".repeat(values - 3));
        assert!(object(crowd(MOST).as_bytes()).is_some());
        assert_eq!(object(crowd(MOST + 1).as_bytes()), None);
    }
}
