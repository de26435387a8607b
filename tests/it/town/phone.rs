//! A gateway for text messages, and the telephones behind it.

use std::sync::Arc;
use std::sync::Mutex;

use motcua::config::Config;
use serde_json::Value;
use tokio::io::AsyncBufReadExt;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::io::BufReader;
use tokio::net::TcpListener;
use tokio::net::TcpStream;

/// A gateway that takes messages over HTTP.
pub struct Phone {
    port: u16,
    gateway: Arc<Gateway>,
}

struct Gateway {
    answer: Mutex<Option<(u16, &'static str)>>,
    asked: Mutex<Vec<Asked>>,
    messages: Mutex<Vec<(String, String)>>,
}

/// What it was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Method and target.
    pub line: String,
    /// With names in small letters.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Phone {
    pub async fn on() -> Self {
        let gateway = Arc::new(Gateway {
            answer: Mutex::new(Some((202, "{\"status\":\"accepted\"}"))),
            asked: Mutex::default(),
            messages: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let open = Arc::clone(&gateway);
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let gateway = Arc::clone(&open);
                tokio::spawn(async move { gateway.serve(connection).await });
            }
        });
        Self { port, gateway }
    }

    /// What the operator writes to use it.
    pub fn describe(&self, config: &mut Config) {
        config.sms.url = Some(self.url("/send"));
    }

    pub fn url(&self, target: &str) -> String {
        format!("http://127.0.0.1:{}{target}", self.port)
    }

    /// From now on it answers so, and takes nothing unless that is a yes; `None` is silence.
    pub fn answer(&self, answer: Option<(u16, &'static str)>) {
        *self.gateway.answer.lock().unwrap() = answer;
    }

    /// Everything that it was asked.
    pub fn asked(&self) -> Vec<Asked> {
        self.gateway.asked.lock().unwrap().clone()
    }

    /// Takes out the oldest message to `number`.
    pub fn take(&self, number: &str) -> Option<String> {
        let mut messages = self.gateway.messages.lock().unwrap();
        let at = messages.iter().position(|(to, _)| to == number)?;
        Some(messages.remove(at).1)
    }
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

impl Gateway {
    async fn serve(&self, connection: TcpStream) -> Option<()> {
        let mut connection = BufReader::new(connection);
        loop {
            let mut head = Vec::new();
            loop {
                let mut line = String::new();
                (connection.read_line(&mut line).await.ok()? > 0).then_some(())?;
                match line.trim_end() {
                    "" => break,
                    line => head.push(line.to_owned()),
                }
            }
            let headers: Vec<(String, String)> = head[1..]
                .iter()
                .map(|line| line.split_once(':').unwrap())
                .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
                .collect();
            let length = headers.iter().find(|(name, _)| name == "content-length");
            let mut body = vec![0; length.map_or(0, |(_, length)| length.parse().unwrap())];
            connection.read_exact(&mut body).await.ok()?;
            let line = head[0].trim_end_matches(" HTTP/1.1").to_owned();
            let asked = Asked { line, headers, body: String::from_utf8(body).unwrap() };
            self.asked.lock().unwrap().push(asked.clone());
            let answer = *self.answer.lock().unwrap();
            let Some((status, text)) = answer else { return std::future::pending().await };
            let message = serde_json::from_str::<Value>(&asked.body).ok();
            let member = |name: &str| message.as_ref().and_then(|message| message[name].as_str()).map(str::to_owned);
            if let (200..300, Some(to), Some(text)) = (status, member("to"), member("text")) {
                self.messages.lock().unwrap().push((to, text));
            }
            let answer = format!("HTTP/1.1 {status} Because\r\ncontent-length: {}\r\n\r\n{text}", text.len());
            connection.write_all(answer.as_bytes()).await.ok()?;
        }
    }
}
