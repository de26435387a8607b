//! The gateways that take our letters, as the configuration describes them.

use std::path::Path;

use http::Method;

use crate::base::fault::Fault;
use crate::config::Config;
use crate::config::mail::MailTls;
use crate::config::secret_file;
use crate::config::sms::SmsFormat;
use crate::config::sms::SmsMethod;
use crate::outbound::mail::Encryption;
use crate::outbound::mail::Mailer;
use crate::outbound::mail::Server;
use crate::outbound::sms::Format;
use crate::outbound::sms::Gateway;
use crate::outbound::sms::How;

/// The mail server; `None` where the operator named none.
///
/// # Errors
///
/// A file cannot be read, or `mail.from` is no address.
pub fn mailer(config: &Config) -> Result<Option<Mailer>, Fault> {
    let mail = &config.mail;
    let (Some(host), Some(from)) = (&mail.host, &mail.from) else { return Ok(None) };
    let credentials = match (&mail.user_name, &mail.password_file) {
        (Some(name), Some(file)) => {
            let password = secret_file("mail.password_file", file).map_err(Fault::broken)?;
            Some((name.clone(), password))
        }
        _ => None,
    };
    let encryption = match mail.tls {
        MailTls::Implicit => Encryption::Implicit,
        MailTls::Starttls => Encryption::Starttls,
        MailTls::None => Encryption::None,
    };
    let server = Server { host: host.clone(), port: mail.port, encryption, credentials, patience: *mail.timeout };
    if !crate::outbound::mail::is_address(from) {
        let expected = "an address such as no-reply@id.example, alone";
        return Err(Fault::broken(format!("mail.from = {from:?}: expected {expected}")));
    }
    Mailer::new(server, from, mail.extra_ca.as_deref()).map(Some).map_err(|fault| of("mail.extra_ca", fault))
}

/// The gateway for text messages; `None` where the operator named none.
///
/// # Errors
///
/// A file cannot be read, a variable is not set, or a header is none.
pub fn sms(config: &Config) -> Result<Option<Gateway>, Fault> {
    let sms = &config.sms;
    let Some(url) = sms.url.clone() else { return Ok(None) };
    let mut headers = Vec::new();
    for (name, value) in &sms.headers {
        headers.push((name.clone(), value.read().map_err(Fault::broken)?));
    }
    let how = How {
        method: match sms.method {
            SmsMethod::Post => Method::POST,
            SmsMethod::Put => Method::PUT,
            SmsMethod::Get => Method::GET,
        },
        url,
        format: match sms.format {
            SmsFormat::Json => Format::Json,
            SmsFormat::Form => Format::Form,
            SmsFormat::Xml => Format::Xml,
        },
        body: sms.body.clone(),
        headers,
        accepted: sms.accepted.clone(),
        accepted_text: sms.accepted_text.clone(),
        country_code: sms.country_code.clone(),
        patience: *sms.timeout,
    };
    let extra_ca: Option<&Path> = sms.extra_ca.as_deref();
    Gateway::new(how, extra_ca).map(Some).map_err(|fault| of("sms", fault))
}

fn of(key: &str, fault: Fault) -> Fault {
    let why = fault.to_string();
    Fault::broken(format!("{key}: {}", why.strip_prefix("broken: ").unwrap_or(&why)))
}
