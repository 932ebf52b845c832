package say

import "coffer/app/fault"

// ofBackup is the reason of a fault that a backup has and not the vault.
const ofBackup = "backup"

// backupFault has the sentences for a backup that doesn't come back. It is empty for kinds whose
// sentence is the same whatever they befell.
func (v *Voice) backupFault(k fault.Kind) string {
	switch k {
	case fault.WrongPassphrase:
		return v.T("backup.wrong", "That doesn't open this backup. Nothing was changed. It opens with the passphrase of its own time, or the recovery key of its own time.")
	case fault.VaultDamaged:
		return v.T("backup.damaged", "This backup was changed or is damaged, so it isn't used. Your vault and the other backups are as they were. Take another one.")
	case fault.VaultNewer:
		return v.T("backup.newer", "A newer Coffer wrote this backup. Nothing was changed. Update Coffer to restore it.")
	case fault.VaultForeign:
		return v.T("backup.foreign", "This file is not a backup of Coffer. Nothing was changed. Backups are named coffer-….backup.")
	case fault.VaultMissing:
		return v.T("backup.missing", "There is no such file. Nothing was changed. Look in the folder of backups.")
	}
	return ""
}
