//! Where stored files are kept: in the data folder, or in a bucket.

use std::sync::Arc;

use anyhow::Context as _;
use kernel::SystemClock;
use media::Blobs;
use storage_adapters::{Bucket, DiskBlobs, S3Blobs};

use crate::config::Config;

/// The place that the settings name.
pub fn kept(config: &Config) -> anyhow::Result<Arc<dyn Blobs>> {
    let folder = config.data.join("files");
    Ok(match bucket(config)? {
        Some(bucket) => {
            let incoming = folder.join("incoming");
            let blobs = S3Blobs::new(bucket, incoming, Arc::new(SystemClock));
            Arc::new(blobs.context("the bucket of SOUK_S3_BUCKET cannot be used")?)
        }
        None => Arc::new(DiskBlobs::new(folder)),
    })
}

/// What people call the place.
pub fn place(config: &Config) -> String {
    match &config.s3_bucket {
        Some(bucket) => format!("the bucket {bucket}"),
        None => config.data.join("files").display().to_string(),
    }
}

fn bucket(config: &Config) -> anyhow::Result<Option<Bucket>> {
    let Some(name) = config.s3_bucket.clone() else {
        return Ok(None);
    };
    let key = |half: &Option<String>, setting: &str| {
        let half = half.clone().filter(|half| !half.is_empty());
        half.with_context(|| format!("{setting} is missing: SOUK_S3_BUCKET needs it"))
    };
    Ok(Some(Bucket {
        endpoint: config
            .s3_endpoint
            .clone()
            .unwrap_or_else(|| format!("https://s3.{}.amazonaws.com", config.s3_region)),
        region: config.s3_region.clone(),
        name,
        path_style: config.s3_path_style,
        access_key: key(&config.s3_access_key, "SOUK_S3_ACCESS_KEY")?,
        secret_key: key(&config.s3_secret_key, "SOUK_S3_SECRET_KEY")?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_kept_in_the_data_folder_unless_a_bucket_is_named_with_its_key() {
        let disk = Config::default();
        assert!(bucket(&disk).unwrap().is_none());
        assert_eq!(place(&disk), "data/files");
        let mut s3 = Config {
            s3_bucket: Some("pictures".to_owned()),
            s3_region: "eu-central-1".to_owned(),
            s3_access_key: Some("key".to_owned()),
            ..Config::default()
        };
        let missing = bucket(&s3).unwrap_err().to_string();
        assert_eq!(missing, "SOUK_S3_SECRET_KEY is missing: SOUK_S3_BUCKET needs it");
        s3.s3_secret_key = Some("hush".to_owned());
        let amazon = bucket(&s3).unwrap().unwrap();
        assert_eq!(amazon.endpoint, "https://s3.eu-central-1.amazonaws.com");
        assert_eq!(place(&s3), "the bucket pictures");
        kept(&s3).unwrap();
        s3.s3_endpoint = Some("minio:9000".to_owned());
        let odd = format!("{:#}", kept(&s3).err().unwrap());
        assert!(odd.contains("\"minio:9000\" is not the http or https address"), "{odd}");
    }
}
