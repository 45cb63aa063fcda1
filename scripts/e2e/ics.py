# ics.py: reads a calendar with a library that is not ours (python3-icalendar), strictly: an event a line, tab-separated: UID, SEQUENCE,
# DTSTART, STATUS or "-", the alarm's TRIGGER in days before or "-", SUMMARY. Ends with 1 where something that RFC 5545 wants is not there.
import sys
from icalendar import Calendar

cal = Calendar.from_ical(open(sys.argv[1], 'rb').read())
bad = [str(e) for c in cal.walk() for e in c.errors]
if not cal.get('VERSION') or not cal.get('PRODID'):
    bad.append('no VERSION, no PRODID')
seen = set()
for event in cal.walk('VEVENT'):
    for name in ('UID', 'DTSTAMP', 'DTSTART', 'SUMMARY'):
        if name not in event:
            bad.append('no ' + name)
    if str(event['UID']) in seen:
        bad.append('a UID twice: ' + event['UID'])
    seen.add(str(event['UID']))
    if event['DTSTART'].dt.utcoffset().total_seconds() != 0:
        bad.append('a time that is not UTC')
    alarms = event.walk('VALARM')
    for alarm in alarms:
        if alarm.get('ACTION') != 'DISPLAY' or 'DESCRIPTION' not in alarm or 'TRIGGER' not in alarm:
            bad.append('an alarm of RFC 5545 3.6.6')
    print('\t'.join([str(event['UID']), str(event.get('SEQUENCE', '-')), event['DTSTART'].dt.strftime('%Y-%m-%dT%H:%M:%SZ'),
                     str(event.get('STATUS', '-')), str(-alarms[0]['TRIGGER'].dt.days) if alarms else '-', str(event['SUMMARY'])]))
for why in bad:
    print(sys.argv[1] + ': ' + why, file=sys.stderr)
sys.exit(1 if bad else 0)
