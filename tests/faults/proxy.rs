//! A small TCP proxy that can be slow, silent, cut or half closed.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::sync::watch;

#[derive(Clone, Copy, PartialEq)]
struct Line {
    /// No byte goes on, in either direction.
    stalled: bool,
    delay: Duration,
    /// Connections of an earlier number are closed.
    cut: u64,
    /// The side that speaks to the server is closed for connections of an earlier number.
    half: u64,
}

pub struct Proxy {
    pub port: u16,
    line: Arc<watch::Sender<Line>>,
}

impl Proxy {
    /// Listens on a port of its own and forwards to `target`.
    pub async fn before(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let open = Line { stalled: false, delay: Duration::ZERO, cut: 0, half: 0 };
        let line = Arc::new(watch::Sender::new(open));
        let lines = Arc::clone(&line);
        tokio::spawn(async move {
            loop {
                let Ok((client, _)) = listener.accept().await else { continue };
                let (target, line) = (target.clone(), lines.subscribe());
                tokio::spawn(async move { carry(client, target, line).await });
            }
        });
        Self { port, line }
    }

    pub fn stall(&self, stalled: bool) {
        self.line.send_modify(|line| line.stalled = stalled);
    }

    pub fn delay(&self, delay: Duration) {
        self.line.send_modify(|line| line.delay = delay);
    }

    pub fn cut(&self) {
        self.line.send_modify(|line| line.cut += 1);
    }

    pub fn half_close(&self) {
        self.line.send_modify(|line| line.half += 1);
    }
}

async fn carry(client: TcpStream, target: String, mut line: watch::Receiver<Line>) {
    let began = *line.borrow();
    if line.wait_for(|line| !line.stalled || line.cut != began.cut).await.is_err() {
        return;
    }
    let Ok(server) = TcpStream::connect(target).await else { return };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    let there = tokio::spawn(forward(from_client, to_server, line.clone(), began, true));
    let _ = forward(from_server, to_client, line, began, false).await;
    there.abort();
}

async fn forward(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    mut line: watch::Receiver<Line>,
    began: Line,
    to_server: bool,
) {
    let mut breaks = line.clone();
    let broken = breaks.wait_for(|line| line.cut != began.cut || to_server && line.half != began.half);
    let work = async {
        let mut bytes = vec![0; 16 * 1024];
        loop {
            let Ok(n @ 1..) = from.read(&mut bytes).await else { return };
            let delay = line.borrow().delay;
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            if line.wait_for(|line| !line.stalled).await.is_err() || to.write_all(&bytes[..n]).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = work => {}
        _ = broken => {}
    }
    let _ = to.shutdown().await;
}
