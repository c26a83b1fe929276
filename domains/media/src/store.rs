//! All of media's SQL.

use database::{Ctx, Error};
use kernel::{MediaId, Time};

use crate::{File, FileKind};

/// The columns of `FileRow`.
macro_rules! file_columns {
    () => {
        "id, content_hash, content_type, size_bytes, width, height, source_url, created_at"
    };
}

database::statements! {
    /// Notes a file; one with the same content is the same file.
    INSERT = concat!("INSERT INTO media.files AS f (store_id, id, content_hash, content_type, size_bytes, source_url, created_at, width, height) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT ON CONSTRAINT files_content_hash_key DO UPDATE \
         SET source_url = coalesce(f.source_url, EXCLUDED.source_url), width = EXCLUDED.width, height = EXCLUDED.height \
         RETURNING ", file_columns!());
    /// A file by its content.
    FIND = concat!("SELECT ", file_columns!(), " FROM media.files WHERE store_id = $1 AND content_hash = $2");
    /// Files by their contents.
    FIND_ALL = concat!("SELECT ", file_columns!(), " FROM media.files WHERE store_id = $1 AND content_hash = ANY($2::text[])");
    /// Files by where they were fetched from.
    FIND_BY_SOURCES = concat!("SELECT ", file_columns!(), " FROM media.files WHERE store_id = $1 AND source_url = ANY($2::text[])");
}

#[derive(sqlx::FromRow)]
struct FileRow {
    id: MediaId,
    content_hash: String,
    content_type: String,
    size_bytes: i64,
    width: Option<i32>,
    height: Option<i32>,
    source_url: Option<String>,
    created_at: Time,
}

impl TryFrom<FileRow> for File {
    type Error = Error;

    fn try_from(row: FileRow) -> Result<Self, Error> {
        let kind = FileKind::from_content_type(&row.content_type)
            .ok_or_else(|| Error::corrupt("files.content_type", &row.content_type))?;
        let length = |length: Option<i32>| length.and_then(|length| u32::try_from(length).ok());
        let size = length(row.width).zip(length(row.height));
        Ok(Self {
            id: row.id,
            url: File::url_of(&row.content_hash, kind, size),
            content_hash: row.content_hash,
            kind,
            size_bytes: row.size_bytes,
            size,
            source_url: row.source_url,
            created_at: row.created_at,
        })
    }
}

/// A file to be noted.
pub(crate) struct NewFile<'a> {
    pub(crate) content_hash: &'a str,
    pub(crate) kind: FileKind,
    pub(crate) size_bytes: u64,
    /// How wide and high it is, if it comes in smaller sizes.
    pub(crate) size: Option<(u32, u32)>,
    pub(crate) source_url: Option<&'a str>,
}

pub(crate) async fn insert(ctx: &mut Ctx, new: &NewFile<'_>) -> Result<File, Error> {
    let (store_id, now, id): (_, _, MediaId) = (ctx.store_id(), ctx.now(), ctx.new_id());
    let length = |length: u32| i32::try_from(length).unwrap_or(i32::MAX);
    let row: FileRow = sqlx::query_as(INSERT)
        .bind(store_id)
        .bind(id)
        .bind(new.content_hash)
        .bind(new.kind.content_type())
        .bind(i64::try_from(new.size_bytes).unwrap_or(i64::MAX))
        .bind(new.source_url)
        .bind(now)
        .bind(new.size.map(|(width, _)| length(width)))
        .bind(new.size.map(|(_, height)| length(height)))
        .fetch_one(ctx.sql().await?)
        .await?;
    row.try_into()
}

pub(crate) async fn find(ctx: &mut Ctx, hash: &str) -> Result<Option<File>, Error> {
    let store_id = ctx.store_id();
    let row: Option<FileRow> = sqlx::query_as(FIND)
        .bind(store_id)
        .bind(hash)
        .fetch_optional(ctx.sql().await?)
        .await?;
    row.map(File::try_from).transpose()
}

pub(crate) async fn find_all(ctx: &mut Ctx, hashes: &[String]) -> Result<Vec<File>, Error> {
    let store_id = ctx.store_id();
    let sql = sqlx::query_as(FIND_ALL).bind(store_id).bind(hashes);
    let rows: Vec<FileRow> = sql.fetch_all(ctx.sql().await?).await?;
    rows.into_iter().map(File::try_from).collect()
}

pub(crate) async fn find_by_sources(ctx: &mut Ctx, urls: &[String]) -> Result<Vec<File>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<FileRow> = sqlx::query_as(FIND_BY_SOURCES)
        .bind(store_id)
        .bind(urls)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(File::try_from).collect()
}
