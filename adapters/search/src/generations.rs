//! Indexes on disk: generations in folders, and the name of the one that answers.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use search::IndexKey;
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy};

use crate::schema::{Fields, schema};

/// What a writer may keep in memory before it writes a segment.
const WRITER_BYTES: usize = 64 * 1024 * 1024;

/// An index that answers.
pub(crate) struct Live {
    pub(crate) index: Index,
    pub(crate) reader: IndexReader,
    pub(crate) fields: Fields,
    pub(crate) folder: PathBuf,
    /// What the commit had seen that searches see.
    loaded: Mutex<Option<String>>,
}

/// The folder of an index's generations.
pub(crate) fn folder(root: &Path, key: IndexKey) -> PathBuf {
    root.join(key.store_id.to_string()).join(key.locale.to_string())
}

/// The folder of the generation that answers, if there is one.
pub(crate) fn current(folder: &Path) -> io::Result<Option<PathBuf>> {
    match fs::read_to_string(folder.join("current")) {
        Ok(name) => Ok(Some(folder.join(name.trim()))),
        // What is no text was not written to its end.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Opens the generation that answers, if there is one. One that cannot be opened is none: it is made anew.
pub(crate) fn open(folder: &Path) -> io::Result<Option<Arc<Live>>> {
    let Some(generation) = current(folder)? else {
        return Ok(None);
    };
    let (wanted, fields) = schema();
    let opened = Index::open_in_dir(&generation).and_then(|index| {
        // Another version of the program made it.
        if index.schema() != wanted {
            return Ok(None);
        }
        live(index, fields, generation.clone()).map(|live| Some(Arc::new(live)))
    });
    Ok(opened.unwrap_or_else(|error| {
        // Without its folder somebody removed it: as if it had never been made.
        if generation.exists() {
            tracing::warn!(%error, generation = %generation.display(), "a search index cannot be opened and is made anew");
        }
        None
    }))
}

/// An empty generation beside the others.
pub(crate) fn create(folder: &Path) -> Result<Live, tantivy::TantivyError> {
    fs::create_dir_all(folder)?;
    let mut number: u64 = 1;
    let generation = loop {
        let generation = folder.join(number.to_string());
        match fs::create_dir(&generation) {
            Ok(()) => break generation,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error.into()),
        }
    };
    let (schema, fields) = schema();
    live(Index::create_in_dir(&generation, schema)?, fields, generation)
}

fn live(index: Index, fields: Fields, folder: PathBuf) -> Result<Live, tantivy::TantivyError> {
    let loaded = Mutex::new(index.load_metas()?.payload);
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    Ok(Live {
        index,
        reader,
        fields,
        folder,
        loaded,
    })
}

impl Live {
    pub(crate) fn writer(&self) -> Result<IndexWriter, tantivy::TantivyError> {
        self.index.writer_with_num_threads(1, WRITER_BYTES)
    }

    /// Commits with what the index has now seen of the outbox, and lets searches see it.
    pub(crate) fn commit(&self, writer: &mut IndexWriter, seen: &str) -> Result<(), tantivy::TantivyError> {
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(seen);
        commit.commit()?;
        self.reader.reload()?;
        *self.loaded.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen.to_owned());
        Ok(())
    }

    /// Lets searches see what another process committed; whether there was anything.
    pub(crate) fn catch_up(&self) -> Result<bool, tantivy::TantivyError> {
        let committed = self.seen()?;
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if *loaded == committed {
            return Ok(false);
        }
        self.reader.reload()?;
        *loaded = committed;
        Ok(true)
    }

    /// What the last commit had seen.
    pub(crate) fn seen(&self) -> Result<Option<String>, tantivy::TantivyError> {
        Ok(self.index.load_metas()?.payload)
    }

    /// Makes this generation the one that answers, and removes the others.
    pub(crate) fn take_over(&self) -> io::Result<()> {
        let (Some(folder), Some(name)) = (self.folder.parent(), self.folder.file_name()) else {
            return Err(io::Error::other("a generation stands in a folder"));
        };
        let fresh = folder.join("current.new");
        let mut file = fs::File::create(&fresh)?;
        file.write_all(name.as_encoded_bytes())?;
        file.sync_all()?;
        fs::rename(&fresh, folder.join("current"))?;
        fs::File::open(folder)?.sync_all()?;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() && entry.file_name() != name {
                fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(())
    }
}
