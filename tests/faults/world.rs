//! Everything that a run needs, started and stopped by itself.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::Mutex;

use super::caller::Caller;
use super::history::History;
use super::operator;
use super::proxy::Proxy;
use super::replica::Redis;
use super::replica::Replica;
use super::replica::Site;
use super::replica::faketime;
use super::replica::free_port;
use super::server;

pub const PEOPLE: usize = 24;

pub struct World {
    pub site: Site,
    pub replicas: Vec<Mutex<Replica>>,
    /// Before the database, one for each replica.
    pub databases: Vec<Proxy>,
    pub redis: Option<(Mutex<Redis>, Proxy)>,
    pub caller: Caller,
    /// The database itself, behind no proxy.
    pub database: String,
    /// Which secret the client `rota` has now.
    pub generation: Mutex<usize>,
    /// The replica at which callers hang up and which is killed.
    pub frail: usize,
    /// The server and the database to drop in the end.
    made: Option<(String, String)>,
}

impl World {
    /// One process, SQLite and memory.
    pub async fn sqlite() -> Self {
        let site = Site::new();
        let database = format!("sqlite:{}", site.path("motcua.db").display());
        let ports = vec![free_port()];
        let config = site.configure("replica-0", (ports[0], free_port()), ports[0], &database, "memory");
        site.configure("operator", (free_port(), free_port()), ports[0], &database, "memory");
        let replicas = vec![Replica::new(ports[0], config, None)];
        Self::with(site, replicas, ports, database, Vec::new(), None, None).await
    }

    /// Two replicas on PostgreSQL and Redis, which stand behind proxies. With an odd seed, the second one's clock is two
    /// seconds behind.
    pub async fn postgres(server: &str, seed: u64) -> Self {
        let site = Site::new();
        let name = format!("faults_{}", std::process::id());
        server::create(server, &name).await;
        let database = server::with_name(server, &name);
        let redis = Redis::start(site.directory.path()).await;
        let redis_proxy = Proxy::before(format!("127.0.0.1:{}", redis.port)).await;
        let ephemeral = format!("redis://127.0.0.1:{}/", redis_proxy.port);
        let ports = vec![free_port(), free_port()];
        let (mut replicas, mut proxies) = (Vec::new(), Vec::new());
        for (n, port) in ports.iter().enumerate() {
            let url = url::Url::parse(&database).unwrap();
            let target = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432));
            let proxy = Proxy::before(target).await;
            let mut behind = url.clone();
            behind.set_host(Some("127.0.0.1")).unwrap();
            behind.set_port(Some(proxy.port)).unwrap();
            let config =
                site.configure(&format!("replica-{n}"), (*port, free_port()), ports[0], behind.as_str(), &ephemeral);
            replicas.push(Replica::new(*port, config, (n == 1 && seed % 2 == 1).then_some("-2s")));
            proxies.push(proxy);
        }
        if faketime().is_none() {
            println!("libfaketime is not installed: both clocks are right");
        }
        // An operator's commands reach the database directly.
        site.configure("operator", (free_port(), free_port()), ports[0], &database, &ephemeral);
        let made = Some((server.to_owned(), name));
        let redis = Some((Mutex::new(redis), redis_proxy));
        let frail = usize::from(seed / 2 % 2 == 1);
        Self { frail, ..Self::with(site, replicas, ports, database, proxies, redis, made).await }
    }

    async fn with(
        site: Site,
        replicas: Vec<Replica>,
        ports: Vec<u16>,
        database: String,
        databases: Vec<Proxy>,
        redis: Option<(Mutex<Redis>, Proxy)>,
        made: Option<(String, String)>,
    ) -> Self {
        let caller = Caller::new(Arc::new(History::new()), ports);
        let replicas = replicas.into_iter().map(Mutex::new).collect();
        let generation = Mutex::new(0);
        let world = Self { site, replicas, databases, redis, caller, database, generation, frail: 0, made };
        if let Some((server, _)) = &world.made
            && server::is_cluster(server).await
        {
            world.command(&["migrate", "--distribute"]).await.unwrap();
        }
        let declaration = world.site.path("apply.toml");
        std::fs::write(&declaration, operator::declaration(PEOPLE, &format!("\"{}\"", operator::secret(0)))).unwrap();
        world.command(&["migrate", "--init"]).await.unwrap();
        world.command(&["apply", &declaration.display().to_string()]).await.unwrap();
        for replica in &world.replicas {
            replica.lock().await.start().await;
        }
        world
    }

    /// The directory of the instance's root secrets.
    pub fn keys(&self) -> PathBuf {
        self.site.path("keys")
    }

    pub fn history(&self) -> &History {
        &self.caller.history
    }

    /// Runs a command of the program with the operator's configuration.
    pub async fn command(&self, arguments: &[&str]) -> Result<String, String> {
        let all = [arguments, &["--config", "operator.toml"]].concat();
        let output = self.site.command(&all).output().await.unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
    }

    /// Everything is healed and starts anew, as after a crash.
    pub async fn crash(&self) {
        for (n, replica) in self.replicas.iter().enumerate() {
            let outage = self.history().fault(format!("the last kill of replica {n}"), Some(n));
            let mut replica = replica.lock().await;
            replica.kill();
            replica.start().await;
            self.history().healed(outage);
        }
    }

    pub async fn leave(self) {
        drop(self.replicas);
        if let Some((server, name)) = &self.made {
            server::remove(server, name).await;
        }
    }
}
