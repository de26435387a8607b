//! A person as a file has them, whichever notation it is in.

use csv::StringRecord;
use serde::Deserialize;
use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::Map;
use serde_json::Value;

use super::records::Notation;
use crate::app::App;
use crate::flows::admin::declaration::file::PersonDeclaration;
use crate::i18n::Lang;
use crate::identity::credential::password;
use crate::identity::credential::password::StoredPassword;
use crate::identity::person::PersonalData;
use crate::protocol::oidc::claims;

/// A line of JSON, or of CSV with these columns; each claim has a column `claims.NAME` of its own.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // as in PersonDeclaration
pub struct Row {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_hash: Option<String>,
    /// The name of the pepper that entered the hash, for an instance that has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pepper: Option<String>,
    /// Whether the person may not sign in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
    /// In which language they chose to be written to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    #[serde(default)]
    pub claims: Map<String, Value>,
    /// What an export tells besides, and no import takes: it was seen and done elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_imported: Option<Value>,
    #[serde(default, skip_serializing)]
    password: Option<IgnoredAny>,
}

/// A row that is in order.
pub struct Checked {
    pub data: PersonalData,
    pub password: Option<StoredPassword>,
    pub disabled: bool,
}

/// What the columns of a CSV file are, by its first record.
pub struct Header {
    columns: Vec<Column>,
    reader: csv::ReaderBuilder,
}

enum Column {
    UserName,
    IdentityNumber,
    PasswordHash,
    Pepper,
    Disabled,
    Language,
    Claim(String),
}

const PLAIN: &str = "password: no password is taken in plain; give a password_hash";
const COLUMNS: &str = "expected user_name, identity_number, password_hash, pepper, disabled, language, or claims.NAME";

impl Row {
    /// A person as they are.
    pub fn of(data: PersonalData, password: Option<StoredPassword>, disabled: bool) -> Self {
        // Their own word is no record: it stands beside, and whoever is entered anew says it anew.
        let PersonalData { user_name, identity_number, claims, own: _, language } = data;
        let (password_hash, pepper) = password.map_or((None, None), |stored| (Some(stored.phc), stored.pepper));
        let (not_imported, password) = (None, None);
        Self { user_name, identity_number, password_hash, pepper, disabled, language, claims, not_imported, password }
    }

    /// Reads a line of JSON.
    pub fn parse(line: &[u8]) -> Result<Self, String> {
        let said = |error: serde_json::Error| error.to_string().replace(" at line 1 column ", " at column ");
        serde_json::from_slice(line).map_err(said)
    }

    /// What can be known of the person alone.
    pub fn check(self, app: &App) -> Result<Checked, String> {
        if self.password.is_some() {
            return Err(PLAIN.into());
        }
        let (pepper, disabled) = (self.pepper, self.disabled);
        let user_name = self.user_name.filter(|name| !name.is_empty()).ok_or("user_name: is missing")?;
        let person = PersonDeclaration {
            user_name,
            identity_number: self.identity_number,
            password: None,
            password_hash: self.password_hash,
            claims: self.claims,
        };
        person.check()?;
        person.check_number(&app.config)?;
        if let Some(tag) = self.language.as_deref().filter(|tag| Lang::from_tag(tag).is_none()) {
            return Err(format!("language: nobody is written to in {tag:?}; expected vi or en"));
        }
        let data = PersonalData { language: self.language, ..person.data() };
        let password = person.password_hash.map(|phc| StoredPassword { phc: phc.trim().to_owned(), pepper });
        if let Some(StoredPassword { phc, pepper: Some(pepper) }) = &password {
            if !password::is_supported(phc) {
                return Err("pepper: enters our own argon2id hashes alone".into());
            }
            if !app.peppers.iter().any(|known| known.id == *pepper) {
                return Err(format!(
                    "pepper: this instance has none of the name {pepper:?}; nobody could sign in by the hash"
                ));
            }
        }
        Ok(Checked { data, password, disabled })
    }
}

impl Header {
    /// Reads the first record.
    pub fn parse(first: &[u8], notation: Notation) -> Result<Self, String> {
        let mut reader = csv::ReaderBuilder::new();
        // Where records end is known already: what else could end one stands in a field.
        reader.has_headers(false).terminator(csv::Terminator::Any(b'\n')).buffer_capacity(1024);
        if let Notation::Csv(delimiter) = notation {
            reader.delimiter(delimiter);
        }
        let names = fields(&reader, first)?;
        let columns: Vec<Column> = names.iter().map(Column::named).collect::<Result<_, _>>()?;
        if !columns.iter().any(|column| matches!(column, Column::UserName)) {
            return Err("the first line names the columns, and user_name is not among them".into());
        }
        let again = names.iter().enumerate().find(|(n, name)| names.iter().take(*n).any(|other| other == *name));
        match again {
            Some((_, name)) => Err(format!("{name}: is a column twice")),
            None => Ok(Self { columns, reader }),
        }
    }

    /// Reads any other.
    pub fn row(&self, record: &[u8]) -> Result<Row, String> {
        let fields = fields(&self.reader, record)?;
        if fields.len() != self.columns.len() {
            return Err(format!("expected {} fields, as the first line has, not {}", self.columns.len(), fields.len()));
        }
        let mut row = Row::default();
        for (column, text) in self.columns.iter().zip(&fields).filter(|(_, text)| !text.is_empty()) {
            let own = || Some(text.to_owned());
            match column {
                Column::UserName => row.user_name = own(),
                Column::IdentityNumber => row.identity_number = own(),
                Column::PasswordHash => row.password_hash = own(),
                Column::Pepper => row.pepper = own(),
                Column::Disabled => row.disabled = flag(text).ok_or("disabled: expected true or false")?,
                Column::Language => row.language = own(),
                Column::Claim(name) => _ = row.claims.insert(name.clone(), claim(name, text)),
            }
        }
        Ok(row)
    }
}

fn fields(reader: &csv::ReaderBuilder, record: &[u8]) -> Result<StringRecord, String> {
    let mut fields = StringRecord::new();
    match reader.from_reader(record).read_record(&mut fields) {
        Ok(_) => Ok(fields),
        Err(error) if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => Err("expected UTF-8".into()),
        Err(error) => Err(error.to_string()),
    }
}

impl Column {
    fn named(name: &str) -> Result<Self, String> {
        match (name.trim(), name.trim().strip_prefix("claims.")) {
            ("user_name", _) => Ok(Self::UserName),
            ("identity_number", _) => Ok(Self::IdentityNumber),
            ("password_hash", _) => Ok(Self::PasswordHash),
            ("pepper", _) => Ok(Self::Pepper),
            ("disabled", _) => Ok(Self::Disabled),
            ("language", _) => Ok(Self::Language),
            ("password", _) => Err(PLAIN.into()),
            (_, Some(claim)) if claims::standard().any(|known| known == claim) => Ok(Self::Claim(claim.to_owned())),
            (_, Some(claim)) => Err(format!("claims.{claim}: is not a standard claim")),
            (other, None) => Err(format!("the first line names the columns: {other:?} is none; {COLUMNS}")),
        }
    }
}

/// Texts stay what they are: a name may consist of digits.
fn claim(name: &str, text: &str) -> Value {
    let parsed = match name {
        "email_verified" | "phone_number_verified" => flag(text).map(Value::from),
        "updated_at" | "address" => serde_json::from_str(text).ok(),
        _ => None,
    };
    parsed.unwrap_or_else(|| text.into())
}

/// In any case: spreadsheets write it in capitals.
fn flag(text: &str) -> Option<bool> {
    text.to_ascii_lowercase().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(first: &str) -> Result<Header, String> {
        Header::parse(first.as_bytes(), Notation::Csv(b','))
    }

    #[test]
    fn columns_are_what_their_names_say() {
        let header =
            header("claims.name,user_name,claims.email_verified,claims.updated_at,claims.address,disabled").unwrap();
        let row = header.row("007,\"a,\nb\",TRUE,5,\"{\"\"region\"\":\"\"x\"\"}\",false".as_bytes()).unwrap();
        assert_eq!(row.user_name.as_deref(), Some("a,\nb"));
        assert_eq!(
            Value::from(row.claims),
            serde_json::json!({ "name": "007", "email_verified": true, "updated_at": 5, "address": { "region": "x" } })
        );
        let row = header.row(b",mai,yes,x,,").unwrap();
        assert_eq!(Value::from(row.claims), serde_json::json!({ "email_verified": "yes", "updated_at": "x" }));
        assert!(header.row(b",mai,").unwrap_err().contains("expected 6 fields"));
        assert!(header.row(b",\xff,,,,").unwrap_err().contains("UTF-8"));
    }

    #[test]
    fn a_file_that_is_none_of_people_is_known_by_its_first_line() {
        for (first, says) in [
            ("khai,036187001234", "\"khai\" is none"),
            ("identity_number", "user_name is not among them"),
            ("user_name,claims.shoe_size", "claims.shoe_size"),
            ("user_name,user_name", "twice"),
            ("user_name,password", "plain"),
        ] {
            let refused = header(first).err().unwrap();
            assert!(refused.contains(says), "{refused}");
        }
    }
}
