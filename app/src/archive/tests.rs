//! Archives that were written, spoilt and read.

use super::*;

struct Folders {
    _all: tempfile::TempDir,
    data: PathBuf,
    archive: PathBuf,
    dump: PathBuf,
}

fn folders() -> Folders {
    let all = tempfile::tempdir().unwrap();
    let data = all.path().join("data");
    for (name, content) in [
        ("files/ab/picture", "a picture"),
        ("files/ab/half.part", "half a picture"),
        ("postgres/PG_VERSION", "17"),
        ("sandbox-bank.jsonl", "{}\n"),
        ("lock", ""),
        ("search/store/en/current", "1"),
        ("secret.key", "what opens the sealed"),
    ] {
        let path = data.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let dump = all.path().join("dump");
    fs::write(&dump, "rows").unwrap();
    Folders {
        data,
        archive: all.path().join("backup.tar"),
        dump,
        _all: all,
    }
}

fn written(folders: &Folders) -> Manifest {
    let manifest = Manifest {
        layout: LAYOUT,
        souk: "1".to_owned(),
        made_at: Time::UNIX_EPOCH,
        postgresql: 17,
        contents: Contents::default(),
        pieces: BTreeMap::new(),
    };
    write(&folders.archive, &folders.dump, &folders.data, manifest).unwrap()
}

#[test]
fn the_files_come_back_and_nothing_else() {
    let folders = folders();
    let manifest = written(&folders);
    let names: Vec<&str> = manifest.pieces.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["data/files/ab/picture", "data/sandbox-bank.jsonl", "database.dump"]
    );
    assert_eq!(verify(&folders.archive).unwrap(), manifest);
    let other = folders.data.join("other");
    assert_eq!(conflicts(&manifest, &other).unwrap(), Vec::<PathBuf>::new());
    let unpacked = Unpacked::new(&folders.archive, &other).unwrap();
    assert_eq!(fs::read_to_string(unpacked.dump()).unwrap(), "rows");
    unpacked.settle(&manifest, &other).unwrap();
    assert_eq!(fs::read_to_string(other.join("files/ab/picture")).unwrap(), "a picture");
    assert_eq!(
        fs::read_dir(&other).unwrap().count(),
        2,
        "what was unpacked is tidied away"
    );
    fs::write(other.join("sandbox-bank.jsonl"), "another book").unwrap();
    assert_eq!(
        conflicts(&manifest, &other).unwrap(),
        [other.join("sandbox-bank.jsonl")]
    );
}

#[test]
fn search_indexes_stay_out_of_an_archive_and_go_with_what_they_were_made_of() {
    let folders = folders();
    let mut manifest = written(&folders);
    let piece = manifest.pieces["data/files/ab/picture"].clone();
    // As an earlier version wrote it.
    manifest.pieces.insert("data/search/store/en/current".to_owned(), piece);
    let other = folders.data.join("other");
    let index = other.join("search/store/en");
    fs::create_dir_all(&index).unwrap();
    fs::write(index.join("current"), "2").unwrap();
    assert_eq!(conflicts(&manifest, &other).unwrap(), Vec::<PathBuf>::new());
    let unpacked = Unpacked::new(&folders.archive, &other).unwrap();
    unpacked.settle(&manifest, &other).unwrap();
    assert!(other.join("files/ab/picture").exists());
    assert!(!other.join("search").exists());
}

#[test]
fn an_archive_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folders = folders();
    written(&folders);
    let mode = fs::metadata(&folders.archive).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn every_spoilt_byte_is_found() {
    let folders = folders();
    let manifest = written(&folders);
    let whole = fs::read(&folders.archive).unwrap();
    let content_of = |text: &str| {
        whole
            .windows(text.len())
            .position(|window| window == text.as_bytes())
            .unwrap()
    };
    for at in [
        content_of("a picture"),
        content_of("rows"),
        content_of("data/files/ab"),
        content_of("sha256"),
    ] {
        let mut spoilt = whole.clone();
        spoilt[at] ^= 1;
        fs::write(&folders.archive, spoilt).unwrap();
        let error = verify(&folders.archive).unwrap_err();
        assert!(error.to_string().contains("nothing was changed"), "{at}: {error:#}");
    }
    for length in [0, 1, 511, 512, 700, whole.len() / 2, content_of("sha256")] {
        fs::write(&folders.archive, &whole[..length]).unwrap();
        assert!(verify(&folders.archive).is_err(), "{length} of {} bytes", whole.len());
    }
    fs::write(&folders.archive, "SKU,On hand\nA,1\n".repeat(100)).unwrap();
    let error = format!("{:#}", verify(&folders.archive).unwrap_err());
    assert!(error.ends_with("nothing was changed: it is no archive"), "{error}");
    fs::write(&folders.archive, &whole).unwrap();
    assert_eq!(verify(&folders.archive).unwrap(), manifest);
}

#[test]
fn an_archive_that_leads_out_of_the_data_folder_is_refused() {
    for name in ["data/../../etc/passwd", "etc/passwd", "data"] {
        let piece = Piece {
            bytes: 0,
            sha256: String::new(),
        };
        let pieces = BTreeMap::from([(DATABASE.to_owned(), piece.clone()), (name.to_owned(), piece)]);
        let manifest = Manifest {
            layout: LAYOUT,
            souk: String::new(),
            made_at: Time::UNIX_EPOCH,
            postgresql: 17,
            contents: Contents::default(),
            pieces: pieces.clone(),
        };
        let error = compare(&manifest, &pieces).unwrap_err();
        assert!(error.to_string().contains("out of the data folder"), "{name}: {error}");
    }
}
