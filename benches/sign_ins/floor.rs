//! The floor: a bare axum exchange in a process of its own, a bare ES256 signature, a bare verification.

use std::process::Child;
use std::process::Command;
use std::time::Instant;

use axum::Router;
use axum::routing::get;
use motcua::jose::alg::PrivateKey;
use motcua::jose::alg::PublicKey;
use motcua::jose::jwa::Algorithm;

/// An ID token's signing input is about this long.
const INPUT: [u8; 500] = [b'x'; 500];
const ROUNDS: u32 = 20_000;

/// Serves "hello" until it is killed.
pub fn serve(port: u16) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let router = Router::new().route("/", get(|| async { "hello" }));
        let builder = hyper_util::server::conn::auto::Builder::new(hyper_util::rt::TokioExecutor::new());
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let _ = stream.set_nodelay(true);
            let (router, builder) = (router.clone(), builder.clone());
            tokio::spawn(async move {
                let service = hyper_util::service::TowerToHyperService::new(router);
                let io = hyper_util::rt::TokioIo::new(stream);
                let _ = builder.serve_connection(io, service).await;
            });
        }
    });
}

/// CPU µs of one ES256 signature.
pub fn signature() -> f64 {
    let (key, _) = PrivateKey::generate(Algorithm::Es256).unwrap();
    each(|| drop(key.sign(&INPUT).unwrap()))
}

/// CPU µs of one ES256 verification.
pub fn verification() -> f64 {
    let (key, _) = PrivateKey::generate(Algorithm::Es256).unwrap();
    let signature = key.sign(&INPUT).unwrap();
    let public = PublicKey::from_jwk(&key.public_jwk("k")).unwrap();
    each(|| public.verify(Algorithm::Es256, &INPUT, &signature).unwrap())
}

fn each(work: impl Fn()) -> f64 {
    (0..ROUNDS / 10).for_each(|_| work());
    let begun = Instant::now();
    (0..ROUNDS).for_each(|_| work());
    begun.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS)
}

/// The process that serves "hello".
pub struct Bare {
    child: Child,
    port: u16,
}

impl Bare {
    pub fn start() -> Self {
        let port = free_port();
        let program = std::env::current_exe().unwrap();
        let child = Command::new(program).env("MOTCUA_BENCH_FLOOR_PORT", port.to_string()).spawn().unwrap();
        wait_for(port);
        Self { child, port }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn clients(&self, count: usize) -> Vec<Client> {
        let http = http_client();
        (0..count).map(|_| Client { http: http.clone(), url: format!("http://127.0.0.1:{}/", self.port) }).collect()
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub struct Client {
    http: reqwest::Client,
    url: String,
}

impl Client {
    pub async fn exchange(&mut self) {
        self.http.get(&self.url).send().await.unwrap().bytes().await.unwrap();
    }
}

pub fn http_client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(1024)
        .no_proxy()
        .build()
        .unwrap()
}

pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

pub fn wait_for(port: u16) {
    let begun = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed().as_secs() < 30, "nothing listens on port {port}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
