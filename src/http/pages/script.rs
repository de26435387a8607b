//! The scripts that a page of ours may carry: constant, and known to the Content-Security-Policy by their digests (CSP3
//! §2.3.1). Without them a page does the same by one click more.

use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::base::secret::sha256;

/// Sends the form that carries an answer to a service.
pub(super) const SEND: &str = "document.forms[0].submit()";

/// Brings up the button that shows the password, and hides it again before the form is sent: what was typed in clear would
/// be kept by the browser as the name of something else.
pub(super) const SHOW_PASSWORD: &str = "\
{let b=document.getElementById('show'),p=document.getElementById('p'),f=s=>{p.type=s?'text':'password';\
b.className=s?'peek on':'peek'};b.hidden=false;b.addEventListener('click',()=>f(p.type=='password'));\
p.form.addEventListener('submit',()=>f(false))}";

/// Goes where the button leads, when the frames of the page have had their time (OIDC Front-Channel Logout §3).
pub(super) const MOVE_ON: &str = "setTimeout(()=>location.replace(document.querySelector('.button').href),2000)";

/// The source expression of [`MOVE_ON`].
pub fn moving_on() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| source(MOVE_ON))
}

/// The source expression of [`SEND`].
pub fn sending() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| source(SEND))
}

/// The source expression of [`SHOW_PASSWORD`].
pub fn showing_password() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| source(SHOW_PASSWORD))
}

fn source(script: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(sha256(script.as_bytes())))
}
