//! A running `souk serve` with a small shop, and how to talk to it.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command as Now, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use serde_json::{Value, json};
use sqlx::{ConnectOptions as _, Connection as _, postgres::PgConnectOptions};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    process::{Child, Command},
};

/// How long anything may take. It keeps a test from hanging for ever, and is no statement about speed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(3600);
/// What the shop sells, by the products' names in addresses: plenty of each, except of the first.
pub(crate) const PRODUCTS: [&str; 6] = ["rare", "apple", "bread", "cheese", "dates", "eggs"];
/// How many pieces there are of the first product.
pub(crate) const RARE: i64 = 40;
const SOUK: &str = env!("CARGO_BIN_EXE_souk");
static REQUESTS: AtomicU32 = AtomicU32::new(1);

/// The folder of an installation; what still runs in it is stopped when the test ends, however it ends.
pub(crate) struct Home(pub(crate) tempfile::TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // As root, PostgreSQL runs as another user, who has to get in.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        Self(folder)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn postmaster_file(&self) -> Option<String> {
        fs::read_to_string(self.data().join("postgres/postmaster.pid")).ok()
    }

    pub(crate) fn postmaster(&self) -> Option<String> {
        Some(self.postmaster_file()?.lines().next()?.to_owned())
    }

    /// Makes the shop.
    pub(crate) async fn open_shop(&self) {
        self.run(&[
            "store",
            "shop",
            "--name=Shop",
            "--host=localhost",
            "--email=shop@example.com",
        ])
        .await;
        let mut lines = String::new();
        for product in PRODUCTS {
            let quantity = if product == PRODUCTS[0] { RARE } else { 1_000_000 };
            let variant = json!({"sku": product, "price": "9.99", "quantity": quantity, "requires_shipping": false});
            let product = json!({"handle": product, "title": product, "variants": [variant]});
            writeln!(lines, "{product}").unwrap();
        }
        self.import(&lines).await;
    }

    /// Adds products, one JSON object a line.
    pub(crate) async fn import(&self, lines: &str) {
        let file = self.0.path().join("products.jsonl");
        fs::write(&file, lines).unwrap();
        self.run(&["import", "jsonl", file.to_str().unwrap()]).await;
    }

    /// Runs a command of the program, and returns what it prints; it must succeed.
    async fn run(&self, arguments: &[&str]) -> String {
        let output = souk(self).args(arguments).output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let complained = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "souk {arguments:?}: {said}{complained}");
        said
    }

    /// The secret of a key that may do everything.
    pub(crate) async fn key(&self) -> String {
        let said = self.run(&["key", "tests"]).await;
        said.lines().last().unwrap().to_owned()
    }

    /// Nobody is at work, and stock, orders, payments and books agree.
    pub(crate) async fn check(&self) {
        let said = self.run(&["check"]).await;
        assert!(said.starts_with("Everything agrees"), "{said}");
    }

    /// What a query in the private database answers: numbers.
    pub(crate) async fn numbers(&self, query: &'static str) -> Vec<i32> {
        let file = self.postmaster_file().unwrap();
        let options = PgConnectOptions::new_without_pgpass()
            .socket(file.lines().nth(4).unwrap())
            .username("souk")
            .database("souk");
        let mut connection = options.connect().await.unwrap();
        let numbers = sqlx::query_scalar(query).fetch_all(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        numbers
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.clean();
    }
}

impl Home {
    /// Ends a PostgreSQL that a failed test has left, and takes away what lies elsewhere.
    pub(crate) fn clean(&self) {
        if let Some(postmaster) = self.postmaster() {
            signal("-QUIT", &postmaster);
        }
        // Where PostgreSQL's user cannot get to the temporary folder, the cluster is elsewhere.
        if let Ok(cluster) = fs::read_link(self.data().join("postgres"))
            && let Some(place) = cluster.parent()
        {
            let _gone = fs::remove_dir_all(place);
        }
    }
}

pub(crate) fn signal(signal: &str, process: &str) {
    // Whatever is gone already is fine.
    let _gone = Now::new("kill").args([signal, process]).stderr(Stdio::null()).status();
}

/// The program, with nothing from outside but where other programs are.
fn souk(home: &Home) -> Command {
    souk_in(home, &home.data())
}

fn souk_in(home: &Home, data: &Path) -> Command {
    let mut command = Command::new(SOUK);
    command
        .arg("--data")
        .arg(data)
        .current_dir(home.0.path())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("SOUK_TRUSTED_PROXIES", "1")
        // No test is about it, and no machine too slow for one.
        .env("SOUK_REQUEST_TIMEOUT_SECONDS", "3600")
        .kill_on_drop(true);
    command
}

pub(crate) struct Server {
    child: Child,
    pub(crate) address: Address,
}

/// Where a server listens.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    at: String,
    /// The header that says who asks, if that matters.
    authorization: String,
}

impl Server {
    /// Starts it, and waits until it is ready. It dies at the fail point, if one is named.
    pub(crate) async fn start(home: &Home, fail_point: Option<&str>) -> Self {
        let mut command = souk(home);
        if let Some(point) = fail_point {
            command.env("FAIL_POINT", point);
        }
        Self::serve(home, command).await
    }

    /// Starts another one with a data folder of its own, on the database of the one that runs.
    pub(crate) async fn start_beside(home: &Home) -> Self {
        let data = home.0.path().join("beside");
        fs::create_dir_all(&data).unwrap();
        fs::copy(home.data().join("secret.key"), data.join("secret.key")).unwrap();
        let file = home.postmaster_file().unwrap();
        let socket = file.lines().nth(4).unwrap();
        let mut command = souk_in(home, &data);
        command.env("DATABASE_URL", format!("postgres://souk@localhost/souk?host={socket}"));
        Self::serve(home, command).await
    }

    async fn serve(home: &Home, mut command: Command) -> Self {
        let log = File::options()
            .create(true)
            .append(true)
            .open(home.0.path().join("souk.log"));
        command.args(["--listen", "127.0.0.1:0", "serve"]);
        let mut child = command.stdout(Stdio::piped()).stderr(log.unwrap()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = async {
            while let Some(line) = lines.next_line().await.unwrap() {
                if let Some(port) = line.strip_prefix("Souk is ready at http://localhost:") {
                    return format!("127.0.0.1:{port}");
                }
            }
            panic!("souk ended before it was ready: {}", last_words(home.0.path()))
        };
        let address = Address {
            at: tokio::time::timeout(PATIENCE, ready).await.unwrap(),
            authorization: String::new(),
        };
        Self { child, address }
    }

    pub(crate) fn process(&self) -> String {
        self.child.id().unwrap().to_string()
    }

    /// Waits until it has died.
    pub(crate) async fn death(&mut self) {
        tokio::time::timeout(PATIENCE, self.child.wait())
            .await
            .unwrap()
            .unwrap();
    }

    /// Asks it to stop, which it must do well.
    pub(crate) async fn stop(mut self) {
        signal("-INT", &self.process());
        let status = tokio::time::timeout(PATIENCE, self.child.wait())
            .await
            .unwrap()
            .unwrap();
        assert!(status.success(), "{status}");
    }
}

fn last_words(folder: &Path) -> String {
    let text = fs::read_to_string(folder.join("souk.log")).unwrap_or_default();
    let lines: Vec<&str> = text.lines().rev().take(20).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
}

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Whether it asks to come back, which it must do with the time to wait.
    pub(crate) fn says_later(&self) -> bool {
        let has_time = |line: &str| line.to_ascii_lowercase().starts_with("retry-after: ");
        assert!(self.status != 503 || self.head.lines().any(has_time), "{self:?}");
        self.status == 503
    }
}

impl Address {
    /// Asks as whoever has this key.
    pub(crate) fn with_key(self, secret: &str) -> Self {
        let authorization = format!("authorization: Bearer {secret}\r\n");
        Self { authorization, ..self }
    }

    /// One request on a connection of its own; an error when the server dies meanwhile.
    pub(crate) async fn call(&self, method: &str, path: &str, key: &str, body: &Value) -> io::Result<Answer> {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let key = if key.is_empty() {
            String::new()
        } else {
            format!("idempotency-key: {key}\r\n")
        };
        // Every request comes from another address, so that nobody asks too often.
        let number = REQUESTS.fetch_add(1, Ordering::Relaxed);
        let from = format!("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255);
        let head = format!(
            "{method} {path} HTTP/1.0\r\nhost: localhost\r\nx-forwarded-for: {from}\r\n{key}{}\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            self.authorization,
            body.len()
        );
        let mut stream = TcpStream::connect(&self.at).await?;
        stream.write_all(format!("{head}{body}").as_bytes()).await?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await?;
        let text = String::from_utf8_lossy(&bytes);
        let cut_off = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let (head, body) = text.split_once("\r\n\r\n").ok_or_else(cut_off)?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if length.is_some_and(|length| length != body.len().to_string()) {
            return Err(cut_off());
        }
        Ok(Answer {
            status: status.ok_or_else(cut_off)?,
            head: head.to_owned(),
            body: body.to_owned(),
        })
    }

    /// The same request as often as the server, which must be there, asks to come back.
    pub(crate) async fn insist(&self, method: &str, path: &str, body: &Value) -> Answer {
        let answered = async {
            loop {
                let answer = self.call(method, path, "", body).await.unwrap();
                if !answer.says_later() {
                    return answer;
                }
                self.until_ready().await;
            }
        };
        tokio::time::timeout(PATIENCE, answered).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.insist("GET", path, &Value::Null).await
    }

    /// Asks until the server says that it can serve, or is gone.
    pub(crate) async fn until_ready(&self) {
        let probe = || self.call("GET", "/readyz", "", &Value::Null);
        let ready = async { while probe().await.is_ok_and(|answer| answer.status != 200) {} };
        tokio::time::timeout(PATIENCE, ready).await.unwrap();
    }
}
