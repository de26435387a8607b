//! Letters leave by SMTP: RFC 5321, with TLS (RFC 8314, RFC 3207) and a password (RFC 4954).
//!
//! Connections are kept for the next letter, each in the hands of one letter at a time: what is given up in the middle of a
//! conversation is closed, so that nobody reads an answer that was meant for another letter.

use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::SystemTime;

use lettre::Address;
use lettre::Message;
use lettre::message::Mailbox;
use lettre::message::MultiPart;
use lettre::message::header::HeaderName;
use lettre::message::header::HeaderValue;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::client::Certificate;
use lettre::transport::smtp::client::TlsParameters;
use lettre::transport::smtp::extension::ClientId;
use tokio::time::Instant;
use tokio::time::timeout;
use url::Host;

use super::Trouble;
use super::Unsent;
use crate::base::fault::Fault;
use crate::base::secret::Secret;
use crate::base::time::Timestamp;

/// The way to a mail server.
pub struct Mailer {
    server: Server,
    tls: Option<TlsParameters>,
    sender: Address,
    hello: ClientId,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
    /// Whether the server is in trouble.
    pub trouble: Trouble,
}

/// A mail server, and how it is spoken to.
pub struct Server {
    /// Its host name, which its certificate must name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub encryption: Encryption,
    /// User name and password.
    pub credentials: Option<(String, Secret<String>)>,
    /// How long one letter may take.
    pub patience: Duration,
}

/// How a connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// From the first byte.
    Implicit,
    /// By a command, before anything else is said.
    Starttls,
    /// Not at all.
    None,
}

/// A letter as it leaves.
#[derive(Clone, Debug)]
pub struct Mail<'a> {
    /// The name of the letter: the same when it is sent again (RFC 5322 §3.6.4).
    pub id: &'a str,
    /// When it was written.
    pub written_at: Timestamp,
    /// Who writes, as people read it.
    pub sender: &'a str,
    /// To which address.
    pub to: &'a str,
    /// In which language (RFC 3282).
    pub language: &'a str,
    /// Its subject.
    pub subject: &'a str,
    /// Its text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// So many connections wait for the next letter, each for so long: less than servers keep one (RFC 5321 §4.5.3.2.7).
const KEPT: usize = 8;
const IDLE: Duration = Duration::from_secs(30);

impl Mailer {
    /// The way to `server` for letters from `sender`. `extra_ca` names authorities that count beside the public ones.
    ///
    /// # Errors
    ///
    /// `sender` is no address, or the file has no certificates.
    pub fn new(server: Server, sender: &str, extra_ca: Option<&Path>) -> Result<Self, Fault> {
        let sender = address(sender).ok_or_else(|| Fault::broken(format!("{sender:?} is no e-mail address")))?;
        let mut tls = TlsParameters::builder(server.host.clone());
        if let Some(path) = extra_ca {
            let broken = |error: &dyn std::fmt::Display| Fault::broken(format!("{}: {error}", path.display()));
            let pem = std::fs::read(path).map_err(|error| broken(&error))?;
            tls = tls.add_root_certificate(Certificate::from_pem(&pem).map_err(|error| broken(&error))?);
        }
        let tls = match server.encryption {
            Encryption::None => None,
            Encryption::Implicit | Encryption::Starttls => Some(tls.build_rustls().map_err(Fault::broken)?),
        };
        let hello = ClientId::Domain(sender.domain().to_owned());
        Ok(Self { server, tls, sender, hello, idle: Mutex::default(), trouble: Trouble::default() })
    }

    /// Sends a letter: once the server has said that it has it, and not before, it is sent.
    ///
    /// # Errors
    ///
    /// [`Unsent::Refused`] where there is nobody at the address; [`Unsent::Failed`] for anything that may pass.
    pub async fn send(&self, mail: Mail<'_>) -> Result<(), Unsent> {
        self.trouble.follow(self.server.patience, self.converse(mail)).await
    }

    async fn converse(&self, mail: Mail<'_>) -> Result<(), Unsent> {
        let message = self.message(mail)?;
        let bytes = message.formatted();
        let conversation = async {
            let mut connection = self.connection().await?;
            connection.send(message.envelope(), &bytes).await?;
            Ok::<_, Error>(connection)
        };
        let outcome = timeout(self.server.patience, conversation).await;
        let connection = outcome.map_err(|_| Unsent::Failed("timed out".into()))?.map_err(|error| unsent(&error))?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push((connection, Instant::now()));
        }
        Ok(())
    }

    fn message(&self, mail: Mail<'_>) -> Result<Message, Unsent> {
        let to = address(mail.to).ok_or_else(|| Unsent::Refused("the address is none".into()))?;
        let since = Duration::from_micros(u64::try_from(mail.written_at.micros()).unwrap_or(0));
        let header = |name, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned());
        Message::builder()
            .from(Mailbox::new(Some(mail.sender.to_owned()), self.sender.clone()))
            .to(Mailbox::new(None, to))
            .date(SystemTime::UNIX_EPOCH + since)
            .message_id(Some(format!("<{}@{}>", mail.id, self.sender.domain())))
            .subject(mail.subject)
            .raw_header(header("Auto-Submitted", "auto-generated")) // RFC 3834 §5: no answer by a machine
            .raw_header(header("Content-Language", mail.language))
            .multipart(MultiPart::alternative_plain_html(mail.text, mail.html))
            .map_err(|error| Unsent::Failed(format!("the letter cannot be put together: {error}")))
    }

    /// A connection that waits, if it still answers, or a fresh one.
    async fn connection(&self) -> Result<AsyncSmtpConnection, Error> {
        while let Some(mut connection) = self.waiting() {
            if connection.test_connected().await {
                return Ok(connection);
            }
        }
        let Server { host, port, encryption, credentials, patience } = &self.server;
        let at_once = self.tls.clone().filter(|_| *encryption == Encryption::Implicit);
        let place = (host.as_str(), *port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(place, Some(*patience), &self.hello, at_once, None).await?;
        if let (Encryption::Starttls, Some(tls)) = (encryption, &self.tls) {
            connection.starttls(tls.clone(), &self.hello).await?;
        }
        if let Some((name, password)) = credentials {
            let credentials = Credentials::new(name.clone(), password.expose().clone());
            connection.auth(DEFAULT_MECHANISMS, &credentials).await?;
        }
        Ok(connection)
    }

    fn waiting(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, since)| since.elapsed() < IDLE);
        idle.pop().map(|(connection, _)| connection)
    }
}

/// Whether a letter can be sent to this address.
pub fn is_address(text: &str) -> bool {
    address(text).is_some()
}

/// An address whose domain stands in the letters of the DNS (RFC 5890). What would end a line of the conversation, or make
/// one address two, is none.
fn address(text: &str) -> Option<Address> {
    let odd = |c: char| c.is_control() || c.is_whitespace() || "<>,;\"\\".contains(c);
    let (local, domain) = text.rsplit_once('@').filter(|_| text.len() <= LONGEST && !text.contains(odd))?;
    let domain = match Host::parse(domain).ok()? {
        Host::Domain(name) if name.contains('.') && !name.ends_with('.') => name,
        _ => return None,
    };
    Address::new(local, domain).ok()
}

/// RFC 5321 §4.5.3.1.3: a path has 256 octets, its brackets included.
const LONGEST: usize = 254;

/// RFC 5321 §4.2: what an answer says of the address will not pass. The texts of a server often repeat the address, and are
/// left out.
fn unsent(error: &Error) -> Unsent {
    match error.status().map(u16::from) {
        Some(status @ (521 | 550 | 551 | 553 | 556)) => Unsent::Refused(format!("the mail server answered {status}")),
        Some(status @ (450 | 452 | 552)) => Unsent::Unwelcome(format!("the mail server answered {status}")),
        Some(status) => Unsent::Failed(format!("the mail server answered {status}")),
        None if error.is_response() => Unsent::Failed("the mail server's answer cannot be read".into()),
        None => Unsent::Failed(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_and_ends_no_line() {
        for good in ["khai@songlam.example", "minh.khai+mail@a.b.example", "o'an@x.example"] {
            assert!(is_address(good), "{good}");
        }
        assert_eq!(address("khai@tỉnh.example").unwrap().domain(), "xn--tnh-dlz.example");
        for bad in [
            "",
            "khai",
            "@x.example",
            "khai@",
            "khai@localhost",
            "khai@127.0.0.1",
            "khai@[::1]",
            "khai@x.example.",
            "khai@x.example\r\nRCPT TO:<an@x.example>",
            "khai\r\n@x.example",
            "\"khai an\"@x.example",
            "\"khai\\\r\"@x.example",
            "khai@x.example,an@x.example",
            "Khai <khai@x.example>",
            "<khai@x.example>",
            "a b@x.example",
        ] {
            assert!(!is_address(bad), "{bad:?}");
        }
        assert!(!is_address(&format!("a@{}.example", "b.".repeat(130))));
    }
}
