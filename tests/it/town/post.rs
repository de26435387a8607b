//! The post office of a town: a mail server that speaks SMTP as real ones do, and keeps what it took.

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use motcua::config::Config;
use motcua::config::mail::MailTls;
use tokio::io::AsyncBufReadExt;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::io::AsyncWriteExt;
use tokio::io::BufReader;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use super::mail::Mail;

const USER: &str = "motcua";
const PASSWORD: &str = "a password of the post office";

/// A mail server at a port of its own.
pub struct PostOffice {
    port: u16,
    office: Arc<Office>,
    directory: tempfile::TempDir,
}

struct Office {
    encryption: MailTls,
    acceptor: TlsAcceptor,
    mood: Mutex<Mood>,
    taken: Mutex<Vec<Mail>>,
    connections: AtomicUsize,
    commands: Mutex<Vec<String>>,
    asked: Notify,
}

/// How it behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// As it should.
    Takes,
    /// It answers each recipient so.
    Answers(&'static str),
    /// It takes a letter, and says that it did not.
    Forgets,
    /// It says nothing more once it knows the recipient.
    Hangs,
    /// It hangs up at once.
    Away,
    /// It offers no encryption.
    Bare,
}

/// A certificate for `localhost`, and the authority that made it; once for the process.
fn certificate() -> &'static (String, TlsAcceptor) {
    static MADE: OnceLock<(String, TlsAcceptor)> = OnceLock::new();
    MADE.get_or_init(|| {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        (made.cert.pem(), TlsAcceptor::from(Arc::new(config)))
    })
}

impl PostOffice {
    /// One that encrypts so.
    pub async fn open(encryption: MailTls) -> Self {
        let (ca, acceptor) = certificate();
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("ca.pem"), ca).unwrap();
        std::fs::write(directory.path().join("password"), format!("{PASSWORD}\n")).unwrap();
        let office = Arc::new(Office {
            encryption,
            acceptor: acceptor.clone(),
            mood: Mutex::new(Mood::Takes),
            taken: Mutex::default(),
            connections: AtomicUsize::new(0),
            commands: Mutex::default(),
            asked: Notify::new(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let open = Arc::clone(&office);
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let office = Arc::clone(&open);
                tokio::spawn(async move { office.serve(connection).await });
            }
        });
        Self { port, office, directory }
    }

    /// What the operator writes to use it.
    pub fn describe(&self, config: &mut Config) {
        config.mail.host = Some("localhost".into());
        config.mail.port = self.port;
        config.mail.tls = self.office.encryption;
        config.mail.from = Some("no-reply@id.example".into());
        config.mail.user_name = Some(USER.into());
        config.mail.password_file = Some(self.directory.path().join("password"));
        config.mail.extra_ca = Some(self.directory.path().join("ca.pem"));
    }

    /// A file with another password, or another authority's certificate.
    pub fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    pub fn be(&self, mood: Mood) {
        *self.office.mood.lock().unwrap() = mood;
    }

    /// Waits until it was told the recipient of a letter.
    pub async fn asked(&self) {
        self.office.asked.notified().await;
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        self.office.connections.load(Ordering::SeqCst)
    }

    /// What it was told, without what lies within letters.
    pub fn commands(&self) -> Vec<String> {
        self.office.commands.lock().unwrap().clone()
    }

    /// Every letter that was not taken out, in order.
    pub fn letters(&self) -> Vec<Mail> {
        self.office.taken.lock().unwrap().clone()
    }

    /// Takes out the oldest letter to `address`.
    pub fn take(&self, address: &str) -> Option<Mail> {
        let mut taken = self.office.taken.lock().unwrap();
        let at = taken.iter().position(|mail| mail.to == address)?;
        Some(taken.remove(at))
    }
}

trait Stream: AsyncRead + AsyncWrite + Send {}
impl<T: AsyncRead + AsyncWrite + Send> Stream for T {}
type Line = Pin<Box<dyn Stream>>;

impl Office {
    fn mood(&self) -> Mood {
        *self.mood.lock().unwrap()
    }

    /// A conversation, which ends where either side hangs up.
    async fn serve(&self, connection: TcpStream) -> Option<()> {
        self.connections.fetch_add(1, Ordering::SeqCst);
        if self.mood() == Mood::Away {
            return None;
        }
        let implicit = self.encryption == MailTls::Implicit;
        let mut line: Line = match implicit {
            true => Box::pin(self.acceptor.accept(connection).await.ok()?),
            false => Box::pin(connection),
        };
        say(&mut line, "220 post.example ESMTP").await?;
        let plain = self.converse(line, implicit).await?;
        self.converse(Box::pin(self.acceptor.accept(plain).await.ok()?), true).await.map(drop)
    }

    /// Until somebody hangs up, or TLS is to begin.
    async fn converse(&self, line: Line, encrypted: bool) -> Option<Line> {
        let mut line = BufReader::new(line);
        let (mut signed_in, mut to) = (false, None);
        loop {
            let command = read(&mut line).await?;
            self.commands.lock().unwrap().push(command.clone());
            let verb = command.split([' ', ':']).next().unwrap().to_uppercase();
            let answer = match verb.as_str() {
                "EHLO" if self.mood() == Mood::Bare => "250 post.example",
                "EHLO" if !encrypted && self.encryption == MailTls::Starttls => "250-post.example\r\n250 STARTTLS",
                "EHLO" => "250-post.example\r\n250-8BITMIME\r\n250 AUTH PLAIN",
                "STARTTLS" => {
                    say(&mut line, "220 go on").await?;
                    return Some(line.into_inner());
                }
                "AUTH" => {
                    let wanted = STANDARD.encode(format!("\0{USER}\0{PASSWORD}"));
                    signed_in = command == format!("AUTH PLAIN {wanted}");
                    if signed_in { "235 welcome" } else { "535 no such user or password" }
                }
                "MAIL" if !signed_in => "530 who are you?",
                "RCPT" => {
                    to =
                        command.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(to, _)| to.to_owned());
                    self.asked.notify_one();
                    match self.mood() {
                        Mood::Hangs => std::future::pending().await,
                        Mood::Answers(answer) => answer,
                        _ => "250 I know them",
                    }
                }
                "DATA" => {
                    say(&mut line, "354 go on").await?;
                    let content = read_content(&mut line).await?;
                    let mail = Mail::parse(&to.take()?, encrypted, &content);
                    self.taken.lock().unwrap().push(mail);
                    if self.mood() == Mood::Forgets { "451 what was it?" } else { "250 I have it" }
                }
                "MAIL" | "NOOP" | "RSET" => "250 fine",
                "QUIT" => {
                    say(&mut line, "221 farewell").await?;
                    return None;
                }
                _ => "500 what?",
            };
            say(&mut line, answer).await?;
        }
    }
}

async fn say(line: &mut (impl AsyncWrite + Unpin), answer: &str) -> Option<()> {
    line.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
    line.flush().await.ok()
}

async fn read(line: &mut BufReader<Line>) -> Option<String> {
    let mut text = String::new();
    let length = line.read_line(&mut text).await.ok()?;
    (length > 0).then(|| text.trim_end_matches("\r\n").to_owned())
}

/// RFC 5321 §4.5.2: until a line that is a dot; of lines that begin with one, it goes.
async fn read_content(line: &mut BufReader<Line>) -> Option<String> {
    let mut content = String::new();
    loop {
        match read(line).await?.as_str() {
            "." => return Some(content),
            text => content.push_str(&format!("{}\r\n", text.strip_prefix('.').unwrap_or(text))),
        }
    }
}
