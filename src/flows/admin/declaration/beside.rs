//! Metadata that stands flat beside members of the declaration's own, read so that a mistake keeps its line: what
//! `serde(flatten)` buffers has lost it.

use serde::Deserialize;
use serde::de::DeserializeSeed;
use serde::de::Deserializer;
use serde::de::Error;
use serde::de::IntoDeserializer;
use serde::de::MapAccess;
use serde::de::Visitor;

/// Takes the members that are the declaration's own.
pub(super) trait Own<'de> {
    /// Their names.
    const NAMES: &'static [&'static str];

    /// Takes the value of the member `name`, which is one of them.
    fn take<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error>;
}

/// A map from which `own` takes its members while a struct is read from the others.
pub(super) struct Beside<'a, A, O> {
    map: A,
    own: &'a mut O,
    fields: &'static [&'static str],
}

impl<'a, A, O> Beside<'a, A, O> {
    pub(super) const fn new(map: A, own: &'a mut O) -> Self {
        Self { map, own, fields: &[] }
    }
}

impl<'de, A: MapAccess<'de>, O: Own<'de>> Deserializer<'de> for Beside<'_, A, O> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_map(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        mut self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.fields = fields;
        visitor.visit_map(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

impl<'de, A: MapAccess<'de>, O: Own<'de>> MapAccess<'de> for Beside<'_, A, O> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        let known = Known { own: O::NAMES, fields: self.fields };
        while let Some(name) = self.map.next_key_seed(known)? {
            if O::NAMES.contains(&name.as_str()) {
                self.own.take(&name, &mut self.map)?;
            } else {
                return seed.deserialize(name.into_deserializer()).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

/// A name that is known; any other is refused at the place where it stands.
#[derive(Clone, Copy)]
struct Known {
    own: &'static [&'static str],
    fields: &'static [&'static str],
}

impl<'de> DeserializeSeed<'de> for Known {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        let name = String::deserialize(deserializer)?;
        if self.own.contains(&name.as_str()) || self.fields.contains(&name.as_str()) {
            Ok(name)
        } else {
            Err(D::Error::unknown_field(&name, self.fields))
        }
    }
}
