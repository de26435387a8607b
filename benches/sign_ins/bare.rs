//! What cannot be avoided, in a process of its own: a bare axum exchange, and one with a bare signature, verification or
//! password hash in it.

use std::sync::Arc;
use std::sync::Mutex;

use argon2::Argon2;
use argon2::Block;
use axum::Router;
use axum::routing::get;
use motcua::config::passwords::Passwords;
use motcua::jose::alg::PrivateKey;
use motcua::jose::alg::PublicKey;
use motcua::jose::jwa::Algorithm;

use super::callgrind::Callgrind;
use super::load::Caller;
use super::load::Crowd;
use super::process;
use super::process::Process;
use super::process::free_port;
use super::user::http_client;

/// Tells this program to be the bare server.
pub const PORT: &str = "MOTCUA_BENCH_BARE_PORT";
/// An ID token's signing input is about this long.
const INPUT: [u8; 500] = [b'x'; 500];

/// Something that has to be done, whoever does it.
#[derive(Clone, Copy, PartialEq)]
pub enum Need {
    Exchange,
    Signature,
    Verification,
    Hash,
}

impl Need {
    /// Work that meets the need once each time it is called.
    pub fn work(self) -> Box<dyn FnMut() + Send> {
        let (key, _) = PrivateKey::generate(Algorithm::Es256).unwrap();
        match self {
            Self::Exchange => Box::new(|| ()),
            Self::Signature => Box::new(move || drop(key.sign(&INPUT).unwrap())),
            Self::Verification => {
                let signature = key.sign(&INPUT).unwrap();
                let public = PublicKey::from_jwk(&key.public_jwk("k")).unwrap();
                Box::new(move || public.verify(Algorithm::Es256, &INPUT, &signature).unwrap())
            }
            Self::Hash => {
                let cost = Passwords::default();
                let params = argon2::Params::new(cost.memory_kib, cost.iterations, cost.parallelism, None).unwrap();
                let mut blocks = vec![Block::new(); params.block_count()];
                let argon2 = Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
                Box::new(move || {
                    let mut out = [0; 32];
                    argon2.hash_password_into_with_memory(b"a password", &[7; 16], &mut out, &mut blocks).unwrap();
                })
            }
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Exchange => "/",
            Self::Signature => "/signature",
            Self::Verification => "/verification",
            Self::Hash => "/hash",
        }
    }
}

/// Serves until it is ended.
pub fn serve(port: u16) -> ! {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let mut router = Router::new().route("/", get(|| async { "hello" }));
        for need in [Need::Signature, Need::Verification, Need::Hash] {
            let work = Arc::new(Mutex::new(need.work()));
            let handler = move || async move {
                (work.lock().unwrap())();
                "hello"
            };
            router = router.route(need.path(), get(handler));
        }
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
    })
}

/// The bare server.
pub struct Bare {
    process: Process,
    port: u16,
}

impl Bare {
    pub fn start(under: Option<&Callgrind>) -> Self {
        let (port, program) = (free_port(), std::env::current_exe().unwrap());
        let mut command = match under {
            None => process::command(program),
            Some(callgrind) => callgrind.command(&program),
        };
        command.env(PORT, port.to_string());
        Self { process: Process::start(command).listening(port), port }
    }

    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// `size` clients that need `need` again and again.
    pub fn crowd(&self, size: usize, need: Need) -> Crowd<Client> {
        let (http, url) = (http_client(), format!("http://127.0.0.1:{}{}", self.port, need.path()));
        Crowd::lasting((0..size).map(|_| Client { http: http.clone(), url: url.clone() }))
    }
}

pub struct Client {
    http: reqwest::Client,
    url: String,
}

impl Caller for Client {
    async fn call(&mut self) {
        self.http.get(&self.url).send().await.unwrap().bytes().await.unwrap();
    }
}
