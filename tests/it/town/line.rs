//! A line to a server that can be cut.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::task::JoinSet;
use url::Url;

/// A line to `server`: the URL at which it begins. It is cut where its task is aborted.
pub async fn line_to(mut server: Url, port: u16) -> (Url, JoinHandle<()>) {
    let far = server.socket_addrs(|| Some(port)).unwrap()[0];
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    server.set_host(Some("127.0.0.1")).unwrap();
    server.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
    (server, forward(listener, far))
}

pub fn forward(listener: TcpListener, far: SocketAddr) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            let (mut near, _) = listener.accept().await.unwrap();
            let mut far = TcpStream::connect(far).await.unwrap();
            connections.spawn(async move { copy_bidirectional(&mut near, &mut far).await });
        }
    })
}
