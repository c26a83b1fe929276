//! Brings the pictures of a batch into the store's media: those known by their address are taken from there, the others are
//! fetched. A picture that does not come keeps its address, and the product is imported all the same.

use std::collections::{HashMap, HashSet};

use catalog::UpsertProduct;
use database::Work;
use futures_util::{StreamExt as _, stream};

use crate::{FetchError, ImageSource, RowProblem, Severity, write::Batch};

/// How many pictures are fetched at once; each may take 20 MB.
const AT_ONCE: usize = 4;
/// After how many silent servers without a single answer the network counts as down.
const UNREACHABLE_LIMIT: u32 = 4;

/// Where pictures come from and where they go.
#[derive(Clone, Copy)]
pub struct Pictures<'a> {
    /// Fetches them.
    pub source: &'a dyn ImageSource,
    /// Keeps them.
    pub blobs: &'a dyn media::Blobs,
}

impl std::fmt::Debug for Pictures<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pictures").finish_non_exhaustive()
    }
}

/// Pictures during a run.
pub(crate) struct PictureStore<'a> {
    pictures: Pictures<'a>,
    unreachable: u32,
    reached: bool,
}

impl<'a> PictureStore<'a> {
    pub(crate) fn new(pictures: Pictures<'a>) -> Self {
        Self {
            pictures,
            unreachable: 0,
            reached: false,
        }
    }

    /// Puts the store's own addresses in the place of those whose pictures it has; answers what did not come.
    pub(crate) async fn bring(&mut self, work: &Work, batch: &mut Batch) -> Result<Vec<RowProblem>, database::Error> {
        let mut urls: Vec<String> = Vec::new();
        let mut seen = HashSet::new();
        for image in batch.products.iter().flat_map(|product| &product.images) {
            if seen.insert(image.url.clone()) {
                urls.push(image.url.clone());
            }
        }
        if urls.is_empty() {
            return Ok(Vec::new());
        }
        let mut ctx = work.read();
        let known = media::find_by_sources(&mut ctx, &urls).await?;
        ctx.rollback().await;
        let mut brought: HashMap<String, String> = HashMap::with_capacity(urls.len());
        for file in known {
            brought.extend(file.source_url.map(|source| (source, file.url)));
        }
        urls.retain(|url| !brought.contains_key(url));
        let mut missed = HashMap::new();
        self.fetch_all(work, urls, &mut brought, &mut missed).await?;
        let problems = problems(batch, &missed);
        for product in &mut batch.products {
            replace(product, &brought);
        }
        Ok(problems)
    }

    async fn fetch_all(
        &mut self,
        work: &Work,
        urls: Vec<String>,
        brought: &mut HashMap<String, String>,
        missed: &mut HashMap<String, String>,
    ) -> Result<(), database::Error> {
        let source = self.pictures.source;
        let mut waiting = urls.into_iter();
        loop {
            let next: Vec<String> = waiting.by_ref().take(AT_ONCE).collect();
            if next.is_empty() || self.is_offline() {
                missed.extend(
                    next.into_iter()
                        .chain(waiting)
                        .map(|url| (url, "there seems to be no network".to_owned())),
                );
                return Ok(());
            }
            let fetched = stream::iter(next).map(async |url| {
                let fetched = source.fetch(&url).await;
                (url, fetched)
            });
            let fetched: Vec<_> = fetched.buffered(AT_ONCE).collect().await;
            for (url, fetched) in fetched {
                let unreachable = matches!(fetched, Err(FetchError::Unreachable(_)));
                self.reached |= !unreachable;
                self.unreachable = if unreachable {
                    self.unreachable.saturating_add(1)
                } else {
                    0
                };
                match fetched {
                    Ok(image) => {
                        let kept =
                            media::put_flow(work, self.pictures.blobs, image.bytes, &image.content_type, Some(&url));
                        match kept.await {
                            Ok(file) => {
                                brought.insert(url, file.url);
                            }
                            Err(media::PutError::Internal(error)) => return Err(error),
                            Err(error) => {
                                missed.insert(url, error.to_string());
                            }
                        }
                    }
                    Err(error) => {
                        missed.insert(url, error.to_string());
                    }
                }
            }
        }
    }

    fn is_offline(&self) -> bool {
        !self.reached && self.unreachable >= UNREACHABLE_LIMIT
    }
}

fn problems(batch: &Batch, missed: &HashMap<String, String>) -> Vec<RowProblem> {
    let products = batch.products.iter().zip(&batch.sources);
    let images =
        products.flat_map(|(product, source)| product.images.iter().map(move |image| (product, source, image)));
    images
        .filter_map(|(product, source, image)| {
            let reason = missed.get(&image.url)?;
            Some(RowProblem {
                line: source.line,
                column: Some("image".to_owned()),
                handle: Some(product.slug.as_str().to_owned()),
                severity: Severity::Warning,
                reason: format!(
                    "the picture {} was not fetched, its address is kept: {reason}",
                    image.url
                ),
                renamed: None,
            })
        })
        .collect()
}

fn replace(product: &mut UpsertProduct, brought: &HashMap<String, String>) {
    for image in &mut product.images {
        if let Some(own) = brought.get(&image.url) {
            image.formerly = Some(std::mem::replace(&mut image.url, own.clone()));
        }
    }
    for variant in &mut product.variants {
        if let Some(own) = brought.get(&variant.image_url) {
            variant.image_url.clone_from(own);
        }
    }
    let mut seen = HashSet::new();
    product.images.retain(|image| seen.insert(image.url.clone()));
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;
    use catalog::UpsertImage;
    use database::testing::TestDatabase;
    use kernel::Slug;

    use super::*;
    use crate::{FetchedImage, convert::Source};

    /// A picture of one dot, as far as its header goes.
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0csum\0\0\0\0IENDcsum";

    /// Has the pictures whose address ends in `.png`, and counts how often it is asked.
    #[derive(Default)]
    struct Server {
        asked: AtomicUsize,
    }

    #[async_trait]
    impl ImageSource for Server {
        async fn fetch(&self, url: &str) -> Result<FetchedImage, FetchError> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            if url.ends_with(".png") {
                Ok(FetchedImage {
                    bytes: PNG.to_vec(),
                    content_type: "image/png".to_owned(),
                })
            } else {
                Err(FetchError::Unreachable("no route".to_owned()))
            }
        }
    }

    fn batch(urls: &[&str]) -> Batch {
        let mut product = UpsertProduct::sample(Slug::parse("sample").unwrap());
        let image = |url: &&str| UpsertImage {
            url: (*url).to_owned(),
            alt: String::new(),
            formerly: None,
        };
        product.images = urls.iter().map(image).collect();
        Batch {
            products: vec![product],
            sources: vec![Source {
                line: 7,
                stock: Vec::new(),
            }],
            marks: Vec::new(),
        }
    }

    #[tokio::test]
    async fn pictures_are_fetched_once_and_keep_their_address_when_they_do_not_come() {
        let db = TestDatabase::new().await;
        let (server, blobs) = (Server::default(), media::MemoryBlobs::default());
        let mut pictures = PictureStore::new(Pictures {
            source: &server,
            blobs: &blobs,
        });
        for asked in [2, 3] {
            let mut batch = batch(&["https://x.test/1.png", "https://x.test/gone.jpg"]);
            let problems = pictures.bring(&db.work(), &mut batch).await.unwrap();
            let images = &batch.products[0].images;
            assert!(
                images[0].url.starts_with("/media/") && images[0].formerly.as_deref() == Some("https://x.test/1.png")
            );
            assert_eq!(
                (images[1].url.as_str(), images[1].formerly.as_deref()),
                ("https://x.test/gone.jpg", None)
            );
            assert_eq!((problems.len(), problems[0].line), (1, 7));
            assert_eq!(
                problems[0].reason,
                "the picture https://x.test/gone.jpg was not fetched, its address is kept: the server cannot be reached: no route"
            );
            assert_eq!(server.asked.load(Ordering::Relaxed), asked);
        }
    }

    /// Looks what the database waits for while a picture is fetched.
    struct Watching(Work);

    #[async_trait]
    impl ImageSource for Watching {
        async fn fetch(&self, _url: &str) -> Result<FetchedImage, FetchError> {
            let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL \
                AND pid <> pg_backend_pid()";
            let mut ctx = self.0.read();
            let open: i64 = sqlx::query_scalar(open)
                .fetch_one(ctx.sql().await.unwrap())
                .await
                .unwrap();
            ctx.rollback().await;
            Err(FetchError::Unreachable(format!("{open} open")))
        }
    }

    #[tokio::test]
    async fn no_transaction_is_open_while_pictures_are_fetched() {
        let db = TestDatabase::new().await;
        let (watching, blobs) = (
            Watching(Work::new(db.another(), db.work().scope().clone())),
            media::MemoryBlobs::default(),
        );
        let mut pictures = PictureStore::new(Pictures {
            source: &watching,
            blobs: &blobs,
        });
        let problems = pictures.bring(&db.work(), &mut batch(&["https://x.test/1.png"])).await;
        let reason = problems.unwrap().remove(0).reason;
        assert!(reason.ends_with("0 open"), "{reason}");
    }

    #[tokio::test]
    async fn without_a_network_it_stops_asking() {
        let db = TestDatabase::new().await;
        let (server, blobs) = (Server::default(), media::MemoryBlobs::default());
        let mut pictures = PictureStore::new(Pictures {
            source: &server,
            blobs: &blobs,
        });
        let urls: Vec<String> = (0..50).map(|number| format!("https://x.test/{number}.jpg")).collect();
        let mut batch = batch(&urls.iter().map(String::as_str).collect::<Vec<_>>());
        let problems = pictures.bring(&db.work(), &mut batch).await.unwrap();
        assert_eq!((problems.len(), server.asked.load(Ordering::Relaxed)), (50, AT_ONCE));
    }
}
