//! Which store a host name leads to, kept in memory and read again when a store changes, a host is unknown, or half a minute
//! has passed.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use database::{
    Database,
    cache::{Needs, Reads},
    stores::StoreChanged,
};
use kernel::Store;

/// How old the list may become.
const REFRESH_AFTER: Duration = Duration::from_secs(30);
/// How often unknown hosts may make us ask the database.
const ASK_AT_MOST_EVERY: Duration = Duration::from_secs(1);

#[derive(Debug, Default, Clone)]
struct Listing {
    by_host: HashMap<String, Arc<Store>>,
    first: Option<Arc<Store>>,
    count: usize,
}

/// The last listing and when reading it began.
#[derive(Debug, Default)]
struct Known {
    listing: Arc<Listing>,
    read_at: Option<Instant>,
    /// What would make it another, as far as events tell.
    reads: Option<Reads>,
}

impl Listing {
    fn new(stores: Vec<Arc<Store>>, hosts: Vec<(String, kernel::StoreId)>) -> Self {
        let by_id: HashMap<_, _> = stores.iter().map(|store| (store.id, Arc::clone(store))).collect();
        let by_host = hosts
            .into_iter()
            .filter_map(|(host, id)| by_id.get(&id).map(|store| (host, Arc::clone(store))))
            .collect();
        Self {
            by_host,
            count: stores.len(),
            first: stores.into_iter().next(),
        }
    }

    fn find(&self, host: &str, demo: bool) -> Option<Arc<Store>> {
        let (name, _port) = split_port(host);
        let known = self.by_host.get(host).or_else(|| self.by_host.get(name));
        let alone = self.count == 1 || (demo && matches!(name, "localhost" | "127.0.0.1" | "[::1]"));
        known.or(if alone { self.first.as_ref() } else { None }).cloned()
    }
}

/// The stores of the installation by host name. `localhost:3001` is looked up with its port first, then without.
#[derive(Debug)]
pub struct StoreDirectory {
    database: Option<Database>,
    demo: bool,
    known: Mutex<Known>,
}

impl StoreDirectory {
    /// Stores and host names as the database lists them. In a demo, localhost leads to the first store.
    pub fn in_database(database: Database, demo: bool) -> Self {
        Self {
            database: Some(database),
            demo,
            known: Mutex::default(),
        }
    }

    /// Stores that never change; the first one also answers when it is alone.
    pub fn fixed(stores: Vec<Arc<Store>>, hosts: Vec<(String, kernel::StoreId)>) -> Self {
        let known = Known {
            listing: Arc::new(Listing::new(stores, hosts)),
            read_at: None,
            reads: None,
        };
        Self {
            database: None,
            demo: false,
            known: Mutex::new(known),
        }
    }

    /// The store at that host, if there is one.
    pub async fn find(&self, host: &str) -> Result<Option<Arc<Store>>, database::Error> {
        let host = host.to_ascii_lowercase();
        let found = self.lock().listing.find(&host, self.demo);
        let Some(database) = self.database.as_ref().filter(|_| self.is_due(found.is_some())) else {
            return Ok(found);
        };
        let reads = database.cache().begin();
        match Self::read(database).await {
            Ok((listing, needs)) => {
                reads.note(&needs);
                let found = listing.find(&host, self.demo);
                *self.lock() = Known {
                    listing: Arc::new(listing),
                    read_at: Some(Instant::now()),
                    reads: Some(reads),
                };
                Ok(found)
            }
            Err(error) if found.is_some() => {
                tracing::warn!(%error, "the list of stores could not be refreshed, the last one stays in use");
                Ok(found)
            }
            Err(error) => Err(error),
        }
    }

    /// Has the list read again by the next request, because a store was changed here. Other processes read it again within
    /// half a minute.
    pub fn forget(&self) {
        self.lock().read_at = None;
    }

    /// The store at that host as far as it is known without asking the database.
    pub fn find_known(&self, host: &str) -> Option<Arc<Store>> {
        self.lock().listing.find(&host.to_ascii_lowercase(), self.demo)
    }

    /// Whether it is the oldest store, whose address the installation's public address is.
    pub(crate) fn is_first(&self, store: &Store) -> bool {
        self.lock()
            .listing
            .first
            .as_ref()
            .is_some_and(|first| first.id == store.id)
    }

    /// Whether the list should be read again. Only one of many requests is told so, the others go on with the old list;
    /// before the first list has been read, and when a store has changed, everybody reads it.
    fn is_due(&self, found: bool) -> bool {
        let mut known = self.lock();
        let has_dropped = |reads: &Reads| {
            self.database
                .as_ref()
                .is_some_and(|known| known.cache().has_dropped(reads))
        };
        if known.reads.as_ref().is_some_and(has_dropped) {
            return true;
        }
        let keep_for = if found { REFRESH_AFTER } else { ASK_AT_MOST_EVERY };
        match known.read_at {
            None => true,
            Some(read_at) if read_at.elapsed() < keep_for => false,
            Some(_) => {
                known.read_at = Some(Instant::now());
                true
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn read(database: &Database) -> Result<(Listing, Needs), database::Error> {
        let (stores, hosts) = (database.list_stores().await?, database.list_hosts().await?);
        let each = stores.iter().map(|store| store.id);
        let needs = each.fold(Needs::default(), |needs, id| needs.any::<StoreChanged>(id));
        Ok((Listing::new(stores, hosts), needs))
    }
}

/// The host name and, behind a colon, the port.
fn split_port(host: &str) -> (&str, &str) {
    match host.rsplit_once(':') {
        Some((name, port))
            if port.bytes().all(|byte| byte.is_ascii_digit()) && (!name.contains(':') || name.ends_with(']')) =>
        {
            (name, port)
        }
        _ => (host, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_lone_store_answers_every_host_and_two_only_their_own() {
        let store = Arc::new(Store::sample());
        let alone = StoreDirectory::fixed(vec![Arc::clone(&store)], vec![]);
        assert_eq!(alone.find("anything.example").await.unwrap(), Some(Arc::clone(&store)));
        let other = Arc::new(Store {
            slug: "other".to_owned(),
            ..Store::sample()
        });
        let two = StoreDirectory::fixed(
            vec![Arc::clone(&store), other],
            vec![("shop.example".to_owned(), store.id)],
        );
        assert!(two.find("SHOP.example:3000").await.unwrap().is_some());
        assert!(two.find("nobody.example").await.unwrap().is_none());
        assert!(two.find("localhost").await.unwrap().is_none());
    }

    #[test]
    fn only_digits_behind_the_last_colon_are_a_port() {
        assert_eq!(split_port("localhost:3000"), ("localhost", "3000"));
        assert_eq!(split_port("[::1]:3000"), ("[::1]", "3000"));
        assert_eq!(split_port("::1"), ("::1", ""));
        assert_eq!(split_port("shop.example"), ("shop.example", ""));
    }
}
