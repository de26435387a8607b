//! Text messages leave by a gateway over HTTP that the configuration describes: no two of them speak alike.

use std::path::Path;
use std::time::Duration;

use reqwest::Certificate;
use reqwest::Client;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use reqwest::header::HeaderMap;
use reqwest::header::HeaderName;
use reqwest::header::HeaderValue;
use reqwest::redirect::Policy;
use tokio::time::timeout;
use url::Url;

use super::Trouble;
use super::Unsent;
use super::fetch::failed;
use crate::base::fault::Fault;
use crate::base::secret::Secret;

/// The way to a gateway.
pub struct Gateway {
    client: Client,
    how: How,
    headers: HeaderMap,
    /// Whether the gateway is in trouble.
    pub trouble: Trouble,
}

/// How a gateway is asked, and what its yes looks like. `{to}`, `{digits}`, `{text}` and `{id}` in the URL and the body stand
/// for what they name.
pub struct How {
    /// By which method: `POST`, `PUT` or `GET`.
    pub method: Method,
    /// The URL.
    pub url: String,
    /// What the body is.
    pub format: Format,
    /// The body.
    pub body: String,
    /// Further headers.
    pub headers: Vec<(String, Secret<String>)>,
    /// The statuses that mean that it has the message.
    pub accepted: Vec<u16>,
    /// A text that its answer must hold as well.
    pub accepted_text: Option<String>,
    /// The calling code of numbers that begin with a zero.
    pub country_code: String,
    /// How long one message may take.
    pub patience: Duration,
}

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Format {
    Json,
    Form,
    Xml,
}

/// The longest answer that is looked at, in bytes.
const LONGEST: usize = 64 * 1024;

impl Gateway {
    /// The way to a gateway. `extra_ca` names authorities that count beside the system's.
    ///
    /// # Errors
    ///
    /// The file has no certificates, or a header is none.
    pub fn new(how: How, extra_ca: Option<&Path>) -> Result<Self, Fault> {
        let mut builder = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(how.patience)
            .pool_idle_timeout(Duration::from_secs(30))
            .user_agent("motcua");
        if let Some(path) = extra_ca {
            let broken = |error: &dyn std::fmt::Display| Fault::broken(format!("{}: {error}", path.display()));
            let pem = std::fs::read(path).map_err(|error| broken(&error))?;
            builder = builder.tls_certs_merge(Certificate::from_pem_bundle(&pem).map_err(|error| broken(&error))?);
        }
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(how.format.content_type()));
        for (name, value) in &how.headers {
            let parsed = (HeaderName::try_from(name).ok(), HeaderValue::try_from(value.expose()).ok());
            let (Some(known), Some(mut value)) = parsed else {
                return Err(Fault::broken(format!("{name} is no header, or its value cannot be one")));
            };
            value.set_sensitive(true);
            headers.insert(known, value);
        }
        Ok(Self { client: builder.build().map_err(Fault::broken)?, how, headers, trouble: Trouble::default() })
    }

    /// Sends `text` to the number `to`; `id` is the message's name, the same when it is sent again.
    ///
    /// # Errors
    ///
    /// [`Unsent::Refused`] where `to` is no number; the others for what may pass.
    pub async fn send(&self, id: &str, to: &str, text: &str) -> Result<(), Unsent> {
        self.trouble.follow(self.how.patience, self.ask(id, to, text)).await
    }

    async fn ask(&self, id: &str, to: &str, text: &str) -> Result<(), Unsent> {
        let digits = number(to, &self.how.country_code).ok_or_else(|| Unsent::Refused("the number is none".into()))?;
        let values =
            [("{to}", format!("+{digits}")), ("{digits}", digits), ("{text}", text.into()), ("{id}", id.into())];
        let url = fill(&self.how.url, &values, percent);
        let url = Url::parse(&url).map_err(|_| Unsent::Failed("the URL of the gateway is none".into()))?;
        let mut request = self.client.request(self.how.method.clone(), url).headers(self.headers.clone());
        if self.how.method != Method::GET {
            request = request.body(fill(&self.how.body, &values, self.how.format.escape()));
        }
        let exchange = timeout(self.how.patience, self.exchange(request));
        exchange.await.unwrap_or_else(|_| Err(Unsent::Failed("timed out".into())))
    }

    async fn exchange(&self, request: reqwest::RequestBuilder) -> Result<(), Unsent> {
        let no_answer = |error: reqwest::Error| Unsent::Failed(failed(&error.without_url()).to_string());
        let mut answer = request.send().await.map_err(no_answer)?;
        let status = answer.status().as_u16();
        if !self.how.accepted.contains(&status) && matches!(status, 400 | 404 | 422) {
            return Err(Unsent::Unwelcome(format!("the gateway answered {status}")));
        }
        if !self.how.accepted.contains(&status) {
            return Err(Unsent::Failed(format!("the gateway answered {status}")));
        }
        let Some(wanted) = &self.how.accepted_text else { return Ok(()) };
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(no_answer)? {
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST {
                break;
            }
        }
        let held = String::from_utf8_lossy(&body).contains(wanted.as_str());
        if held {
            Ok(())
        } else {
            Err(Unsent::Failed(format!("the gateway answered {status} without sms.accepted_text")))
        }
    }
}

impl Format {
    const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
            Self::Xml => "application/xml; charset=utf-8",
        }
    }

    fn escape(self) -> fn(&str) -> String {
        match self {
            Self::Json => json,
            Self::Form => percent,
            Self::Xml => xml,
        }
    }
}

/// Whether a message can be sent to this number.
pub fn is_number(text: &str) -> bool {
    number(text, "84").is_some()
}

/// A number as it is written everywhere (E.164), `+` and digits: 0912 000 412 is one of this country's.
pub fn international(text: &str, country_code: &str) -> Option<String> {
    number(text, country_code).map(|digits| format!("+{digits}"))
}

/// The digits of a number with the code of its country (E.164): 0912 000 412 is one of this country's.
fn number(text: &str, country_code: &str) -> Option<String> {
    let plain: String = text.trim().chars().filter(|c| !" -.()\u{a0}".contains(*c)).collect();
    let digits = match (plain.strip_prefix('+').or_else(|| plain.strip_prefix("00")), plain.strip_prefix('0')) {
        (Some(international), _) => international.to_owned(),
        (None, Some(national)) => format!("{country_code}{national}"),
        (None, None) => return None,
    };
    let fits = (8..=15).contains(&digits.len()) && !digits.starts_with('0');
    (fits && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

/// `template` with the values put in, in one pass: a name within a value stands for nothing.
fn fill(template: &str, values: &[(&str, String)], escape: fn(&str) -> String) -> String {
    let mut out = String::with_capacity(template.len() + 256);
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        match values.iter().find_map(|(name, value)| Some((value, from.strip_prefix(name)?))) {
            Some((value, after)) => {
                out.push_str(&escape(value));
                rest = after;
            }
            None => {
                out.push('{');
                rest = from.strip_prefix('{').unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

fn json(value: &str) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned()
}

fn percent(value: &str) -> String {
    url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20")
}

fn xml(value: &str) -> String {
    [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&apos;")]
        .into_iter()
        .fold(value.to_owned(), |text, (sign, entity)| text.replace(sign, entity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_its_country_and_nothing_else() {
        for same in ["+84912000412", "0912 000 412", "0084 912.000.412", "(0912) 000-412"] {
            assert_eq!(number(same, "84").as_deref(), Some("84912000412"), "{same}");
        }
        for bad in
            ["", "912000412", "+84", "+84912000412x", "+849120004121234567", "+0912000412", "0912\n000412\"", "1;2"]
        {
            assert_eq!(number(bad, "84"), None, "{bad:?}");
        }
    }

    #[test]
    fn values_stay_values_in_each_format() {
        let values = [("{to}", "+84".to_owned()), ("{text}", "a\"}&<b>\n{to} ệ".to_owned())];
        assert_eq!(
            fill(r#"{"to":"{to}","t":"{text}"}"#, &values, json),
            "{\"to\":\"+84\",\"t\":\"a\\\"}&<b>\\n{to} ệ\"}"
        );
        assert_eq!(fill("to={to}&t={text}", &values, percent), "to=%2B84&t=a%22%7D%26%3Cb%3E%0A%7Bto%7D%20%E1%BB%87");
        assert_eq!(fill("<t>{text}</t>{x}{", &values, xml), "<t>a&quot;}&amp;&lt;b&gt;\n{to} ệ</t>{x}{");
    }
}
