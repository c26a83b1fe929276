# Imports
admin-import-new = Import a file
admin-import-what = Products are found again by handle or SKU, so the same file can be imported twice. Prices are in { $currency }.
admin-import-button = Upload and start
admin-file-hint = Up to 2 GB. Keep this page open until the upload is through.
admin-import-runs = Runs
admin-imports-none = Nothing was imported yet.
admin-import-format-shopify = Shopify product CSV
admin-import-format-woocommerce = WooCommerce product CSV
admin-import-format-jsonl = Products as JSON lines
admin-import-format-stock = How many pieces lie where (CSV)
admin-import-format-redirects = Addresses that are gone (CSV)
admin-import-format-customers = Customers and their addresses (CSV)
admin-import-format-reviews = Reviews of products (CSV or JSON lines)
admin-import-format-orders = Orders of another shop (Shopify's CSV, or Souk's JSON lines)
admin-import-dry = trial run
admin-import-dry-done = This was a trial: nothing was written.
admin-import-still = The import is at work; you may leave this page.
admin-import-counting = The file is being read through.
admin-import-progress = { $total ->
    [1] { $percent } %: { $rows } of 1 row
   *[other] { $percent } %: { $rows } of { $total } rows
}
admin-import-waits = { $total ->
    [1] The import was stopped after { $rows } of 1 row.
   *[other] The import was stopped after { $rows } of { $total } rows.
}
admin-import-goes-on = It can go on where it was.
admin-import-send-again = Import the same file again and it goes on where it was.
admin-import-resume = Go on
admin-import-discard = Give up
admin-import-busy = This file is being imported already; see the runs below.
admin-import-found = Rows or products left out: { $errors }. Rows imported with a change: { $warnings }.
admin-import-refusal-unreadable = The file cannot be read.
admin-import-refusal-empty = The file is empty.
admin-import-refusal-no-products = The file has no products: there is no row below its header.
admin-import-refusal-not-text = The file is not text. Export it as CSV, or as one JSON object a line; .gz and .xz are unpacked.
admin-import-refusal-wrong-encoding = The file is not in UTF-8: see line { $line }, byte { $byte }. Save it as UTF-8.
admin-import-refusal-truncated = The file is cut off at its end. Export or download it again.
admin-import-refusal-damaged = The compressed file is damaged. Download it again.
admin-import-refusal-missing-columns = The file is of another kind: these columns are missing: { $columns }.
admin-import-refusal-repeated-columns = More than one column of the file is called: { $columns }. Rename or remove the others.
admin-import-refusal-not-products = The file is not a list of products.
admin-import-refusal-not-orders = The file is not a list of orders.
admin-import-refusal-not-commas-but-semicolons = The columns of the file are separated by semicolons. Save it with commas.
admin-import-refusal-not-commas-but-tabs = The columns of the file are separated by tabs. Save it with commas.
admin-import-refusal-old-line-ends = The lines of the file end with carriage returns alone, as very old programs write them. Save it again as CSV in UTF-8.
admin-import-refusal-unpacked-too-large = Unpacked the file is larger than { $limit } MiB. Cut it into several files.
admin-import-refusal-row-too-long = The row that starts on line { $line } is longer than { $limit } MiB; a closing quote may be missing.
admin-import-refusal-changed = The file changed while it was read.
admin-import-running = At work
admin-import-finished = Finished
admin-import-refused = Refused
admin-import-interrupted = Stopped
admin-import-rows = Rows
admin-import-created = New
admin-import-updated = Changed
admin-import-failed = Left out
admin-import-problems = Problems
admin-import-no-problems = No problems were found.
admin-import-first-problems = The first 100 problems are shown.
admin-import-renames = Products with another handle
admin-import-rename = What happened
admin-import-first-renames = The first 99 and the last are shown.
admin-import-renamed = { $count ->
    [1] One product of the store got another handle: it was recognised by its SKUs. It was changed, has the handle of the file now, and its former address leads there.
   *[other] { $count } products of the store got other handles: they were recognised by their SKUs. They were changed, have the handles of the file now, and their former addresses lead there.
}
admin-import-renamed-dry = { $count ->
    [1] One product of the store would get another handle: it was recognised by its SKUs. It would be changed and get the handle of the file.
   *[other] { $count } products of the store would get other handles: they were recognised by their SKUs. They would be changed and get the handles of the file.
}
admin-import-line = Line
admin-import-column = Column
admin-import-problem = What is wrong
admin-import-error = left out
admin-import-warning = changed
