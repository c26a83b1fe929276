# Background work
admin-job = Work
admin-jobs-what = Work that failed too often waits here until somebody starts it again. What has been due for an hour and nobody takes is here too.
admin-jobs-none = Nothing is waiting. All is well.
admin-job-overdue = Nobody takes it. Either no worker is running, or only older versions are, which do not know this kind of work.
admin-job-tried = Last tried
admin-job-attempts = Attempts
admin-job-error = What went wrong
admin-job-restart = Try again
