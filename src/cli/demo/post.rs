//! The post of the demonstration: a mail server and a gateway for text messages, which keep what they take and show it on a
//! page. Nothing of it leaves this machine.

use std::fmt::Write;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use axum::routing::post;
use http::StatusCode;
use mail_parser::MessageParser;
use serde::Deserialize;
use tokio::io::AsyncBufReadExt;
use tokio::io::AsyncWriteExt;
use tokio::io::BufReader;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::portal::Text;
use super::portal::moment;
use super::sheet;
use crate::base::time::Clock;
use crate::base::time::SystemClock;
use crate::base::time::Timestamp;

/// Where the post is found.
pub struct Doors {
    letters: TcpListener,
    mail: TcpListener,
    sms: TcpListener,
}

/// What came.
struct Letter {
    at: Timestamp,
    to: String,
    subject: String,
    text: String,
}

/// The latest last.
#[derive(Default)]
struct Office(Mutex<Vec<Letter>>);

/// So many are kept.
const MOST: usize = 200;
/// No letter of ours is longer.
const LONGEST: usize = 256 * 1024;

impl Doors {
    /// Takes ports that are free: the page where `at` is reached, the others on this machine alone.
    pub async fn open(at: std::net::IpAddr) -> io::Result<Self> {
        let here = (Ipv4Addr::LOCALHOST, 0);
        Ok(Self {
            letters: TcpListener::bind((at, 0)).await?,
            mail: TcpListener::bind(here).await?,
            sms: TcpListener::bind(here).await?,
        })
    }

    /// The ports of the page, the mail server and the gateway.
    pub fn ports(&self) -> io::Result<[u16; 3]> {
        let port = |listener: &TcpListener| listener.local_addr().map(|address| address.port());
        Ok([port(&self.letters)?, port(&self.mail)?, port(&self.sms)?])
    }

    /// Serves until `stop`; `beside` the page of letters there are others.
    pub async fn serve(self, beside: Router, stop: CancellationToken) -> io::Result<()> {
        let office = Arc::new(Office::default());
        let page = Router::new().route("/", get(show)).with_state(Arc::clone(&office)).merge(beside);
        let gateway = Router::new().route("/", post(take)).with_state(Arc::clone(&office));
        let letters = axum::serve(self.letters, page).with_graceful_shutdown(stop.clone().cancelled_owned());
        let sms = axum::serve(self.sms, gateway).with_graceful_shutdown(stop.clone().cancelled_owned());
        let mail = async {
            loop {
                tokio::select! {
                    () = stop.cancelled() => return Ok(()),
                    taken = self.mail.accept() => {
                        let (connection, office) = (taken?.0, Arc::clone(&office));
                        tokio::spawn(async move { converse(&office, connection).await });
                    }
                }
            }
        };
        tokio::try_join!(letters.into_future(), sms.into_future(), mail).map(|_| ())
    }
}

impl Office {
    fn keep(&self, to: String, subject: String, text: String) {
        let mut letters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if letters.len() >= MOST {
            letters.remove(0);
        }
        letters.push(Letter { at: SystemClock.now(), to, subject, text });
    }
}

/// A text message, as the configuration of the demonstration writes it.
#[derive(Deserialize)]
struct Message {
    to: String,
    text: String,
}

async fn take(State(office): State<Arc<Office>>, body: String) -> StatusCode {
    let Ok(Message { to, text }) = serde_json::from_str(&body) else { return StatusCode::BAD_REQUEST };
    office.keep(to, "SMS".to_owned(), text);
    StatusCode::ACCEPTED
}

/// A conversation (RFC 5321) with one client, ours, that says nothing unusual.
async fn converse(office: &Office, connection: TcpStream) -> Option<()> {
    let mut line = BufReader::new(connection);
    let mut to = String::new();
    say(&mut line, "220 localhost").await?;
    loop {
        let command = read(&mut line).await?;
        let verb: String = command.chars().take(4).collect::<String>().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "RCPT" => {
                to = command.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                "250 yes"
            }
            "DATA" => {
                say(&mut line, "354 go on").await?;
                let content = read_content(&mut line).await?;
                let mail = MessageParser::default().parse(content.as_bytes())?;
                let text = mail.body_text(0).unwrap_or_default().into_owned();
                office.keep(to.clone(), mail.subject().unwrap_or_default().to_owned(), text);
                "250 kept"
            }
            "QUIT" => {
                say(&mut line, "221 farewell").await?;
                return None;
            }
            "EHLO" | "HELO" | "MAIL" | "RSET" | "NOOP" => "250 yes",
            _ => "500 what?",
        };
        say(&mut line, answer).await?;
    }
}

async fn say(line: &mut BufReader<TcpStream>, answer: &str) -> Option<()> {
    line.write_all(format!("{answer}\r\n").as_bytes()).await.ok()
}

async fn read(line: &mut BufReader<TcpStream>) -> Option<String> {
    let mut text = String::new();
    let length = line.read_line(&mut text).await.ok()?;
    (length > 0).then(|| text.trim_end_matches(['\r', '\n']).to_owned())
}

/// RFC 5321 §4.5.2: until a line that is a dot; of lines that begin with one, it goes.
async fn read_content(line: &mut BufReader<TcpStream>) -> Option<String> {
    let mut content = String::new();
    while content.len() <= LONGEST {
        match read(line).await?.as_str() {
            "." => return Some(content),
            text => {
                let _ = write!(content, "{}\r\n", text.strip_prefix('.').unwrap_or(text));
            }
        }
    }
    None
}

/// The page.
async fn show(State(office): State<Arc<Office>>) -> Html<String> {
    let letters = office.0.lock().unwrap_or_else(PoisonError::into_inner);
    let mut body = String::new();
    for letter in letters.iter().rev() {
        let Letter { at, to, subject, text } = letter;
        let lines: Vec<String> = text.lines().map(shown).collect();
        let (to, subject, lines) = (Text(to), Text(subject), lines.join("\n"));
        let _ = write!(body, "<article><h2>{subject}</h2><p>{to} · {}</p><pre>{lines}</pre></article>", moment(*at));
    }
    if letters.is_empty() {
        body.push_str("<p>Chưa có thư nào. <span lang=\"en\">No letter was sent yet.</span></p>");
    }
    Html(sheet::page(["Thư đã gửi", "The letters that were sent"], Some(5), &body))
}

/// A line of a letter; a link can be followed.
fn shown(line: &str) -> String {
    match line.find("http") {
        Some(at) => {
            let (before, link) = line.split_at(at);
            format!("{}<a href=\"{link}\">{link}</a>", Text(before), link = Text(link))
        }
        None => Text(line).to_string(),
    }
}
