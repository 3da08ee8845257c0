"""A dry run's memory: what would have been stored so far, laid over what is stored. Writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from acr_domain.amending import Amendment, Standing
from acr_domain.judgement import FirstArrival, History
from acr_domain.submission import Arrival, LogPosition, Submission, SubmissionKey
from acr_postgres.amending import Amending, Held
from acr_registries.projection import Projection
from acr_registries.projection_rows import Projected, Row
from acr_replayer.row_changes import RecordRows, rows_by_record


@dataclass(slots=True)
class Rehearsal:
    """What would have been stored; it grows with what would change, not with what is looked at."""

    histories: dict[SubmissionKey, History] = field(default_factory=dict)
    rows: dict[SubmissionKey, RecordRows] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """An open look at the database, with what would have been stored laid over it."""

    seen: Amending
    rehearsal: Rehearsal

    @property
    def held(self) -> Held:
        """Where the partition stands."""
        return self.seen.held

    async def standings(self, offsets: Sequence[int]) -> dict[LogPosition, Standing]:
        """Tell what arrivals count as today."""
        return await self.seen.standings(offsets)

    async def histories(self, arrivals: Sequence[Arrival]) -> dict[SubmissionKey, History]:
        """Tell what would be stored of the arrivals' keys."""
        found = await self.seen.histories(arrivals)
        for key in {each.submission.key for each in arrivals} & self.rehearsal.histories.keys():
            laid, below = self.rehearsal.histories[key], found.get(key, History())
            currents = (laid.current_version_no, below.current_version_no)
            known = [each for each in currents if each is not None]
            found[key] = History(max(known), {**below.versions, **laid.versions})
        return found

    async def store(
        self, amendments: Sequence[Amendment], submissions: Mapping[LogPosition, Submission]
    ) -> None:
        """Remember the versions that amendments would bring."""
        for amendment in amendments:
            if amendment.brings_version:
                submission = submissions[amendment.outcome.position]
                history = self.rehearsal.histories.setdefault(submission.key, History())
                history.current_version_no = amendment.outcome.current_version_no
                history.versions[submission.version_no] = FirstArrival(
                    amendment.outcome.position,
                    submission.submission_id,
                    submission.digest,
                    amendment.outcome.verdict,
                )

    async def rows(
        self, projection: Projection, keys: Sequence[SubmissionKey]
    ) -> dict[str, list[Row]] | None:
        """Give the rows that records would have."""
        laid = self.rehearsal.rows
        found = await self.seen.rows(projection, [key for key in keys if key not in laid])
        if found is None:
            return None
        for key in keys:
            for (table, _), row in laid.get(key, {}).items():
                found[table].append(row)
        return found

    async def project(self, projected: Projected) -> bool:
        """Remember the rows that records would have."""
        self.rehearsal.rows |= rows_by_record(projected.projection, projected.rows, projected.keys)
        return True
